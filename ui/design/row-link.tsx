import classes from './design.module.css'
import { Go } from './go.tsx'

/** The name in a row: its link covers the row, so that there is one stop for the keyboard and a large one for the pointer. */
export function RowLink({ to, children }: { to: string; children: string }) {
  return (
    <Go to={to} className={classes.rowLink}>
      {children}
    </Go>
  )
}
