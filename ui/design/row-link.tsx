import classes from './design.module.css'
import { Go } from './go.tsx'

/** The name in a row: its link covers the row, so that there is one stop for the keyboard and a large one for the pointer. */
export function RowLink({ to, children, long }: { to: string; children: string; long?: boolean }) {
  return (
    <Go to={to} className={long ? `${classes.rowLink} ${classes.wraps}` : classes.rowLink}>
      {children}
    </Go>
  )
}
