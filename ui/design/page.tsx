import type { ReactNode } from 'react'
import { useEffect } from 'react'
import classes from './design.module.css'
import { Go } from './go.tsx'
import { Icon } from './icons.tsx'

export interface Crumb {
  label: string
  to: string
  search?: Record<string, unknown>
}

/** The frame of a page: where it is, what it is called, how it is, and what can be done here. */
export function Page(props: {
  title: string
  crumbs?: readonly Crumb[]
  status?: ReactNode
  lede?: ReactNode
  actions?: ReactNode
  /** As wide as the window, for large tables. */
  wide?: boolean
  children: ReactNode
}) {
  useEffect(() => {
    document.title = `${props.title} · Slipway`
  }, [props.title])
  return (
    <div className={classes.page} data-wide={props.wide}>
      <header className={classes.header}>
        <div className={classes.heading}>
          {props.crumbs && props.crumbs.length > 0 ? <Crumbs crumbs={props.crumbs} /> : null}
          <div className={classes.title}>
            <h1>{props.title}</h1>
            {props.status}
          </div>
          {props.lede ? <p className={classes.lede}>{props.lede}</p> : null}
        </div>
        {props.actions ? <div className={classes.actions}>{props.actions}</div> : null}
      </header>
      {props.children}
    </div>
  )
}

function Crumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav className={classes.crumbs} aria-label="Where you are">
      {crumbs.map((crumb) => (
        <span key={crumb.label} style={{ display: 'inline-flex', alignItems: 'center', gap: 4 }}>
          <Go to={crumb.to} {...(crumb.search ? { search: crumb.search } : {})}>
            {crumb.label}
          </Go>
          <Icon name="chevron" size={11} />
        </span>
      ))}
    </nav>
  )
}
