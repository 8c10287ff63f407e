import classes from './design.module.css'
import { Go } from './go.tsx'

/** Parts of one page; the one that is open stands in the URL. */
export function TabLinks(props: {
  label: string
  to: string
  tabs: readonly (readonly [string, string])[]
  current: string
}) {
  return (
    <nav className={classes.tabs} aria-label={props.label}>
      {props.tabs.map(([key, label]) => (
        <Go key={key} to={props.to} search={{ tab: key }} current={key === props.current} replace>
          {label}
        </Go>
      ))}
    </nav>
  )
}
