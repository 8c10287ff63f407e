import type { ReactNode } from 'react'
import { useId } from 'react'
import classes from './design.module.css'

/** One subject of a page, under its name. `flush` for tables, which reach the edges. */
export function Panel(props: {
  title?: string
  note?: ReactNode
  actions?: ReactNode
  flush?: boolean
  span?: 4 | 5 | 6 | 7 | 8
  children: ReactNode
}) {
  const heading = useId()
  return (
    <section
      className={classes.panel}
      aria-labelledby={props.title ? heading : undefined}
      data-span={props.span}
    >
      {props.title ? (
        <div className={classes.panelHead}>
          <h2 id={heading}>{props.title}</h2>
          <span className={classes.panelNote}>{props.note}</span>
          {props.actions}
        </div>
      ) : null}
      <div className={props.flush ? classes.flush : classes.panelBody}>{props.children}</div>
    </section>
  )
}

/** Panels side by side where there is room; each says how many of twelve columns it takes. */
export function Columns({ children }: { children: ReactNode }) {
  return <div className={classes.columns}>{children}</div>
}
