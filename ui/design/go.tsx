import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import classes from './design.module.css'

/** A link to an address that `paths` made; the only way that pages link to each other. */
export function Go(props: {
  to: string
  search?: Record<string, unknown>
  className?: string | undefined
  children: ReactNode
  title?: string
  current?: boolean | undefined
  onClick?: () => void
  replace?: boolean
}) {
  const { to, search, children, current, ...rest } = props
  return (
    <Link
      to={to}
      search={(search ?? {}) as never}
      aria-current={current ? 'page' : undefined}
      activeProps={{}}
      {...rest}
    >
      {children}
    </Link>
  )
}

/** A link within running text. */
export function TextLink(props: { to: string; search?: Record<string, unknown>; children: ReactNode }) {
  return <Go {...props} className={classes.link} />
}
