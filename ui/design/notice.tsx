import type { ReactNode } from 'react'
import classes from './design.module.css'
import { Icon, type IconName } from './icons.tsx'
import type { Tone } from './status.tsx'

/** Something the reader should know before all else on the page. */
export function Notice({
  tone,
  icon = 'warning',
  children,
}: {
  tone: Tone
  icon?: IconName
  children: ReactNode
}) {
  return (
    <div className={classes.notice} data-tone={tone} role="status">
      <Icon name={icon} />
      <div style={{ minWidth: 0, flex: 1 }}>{children}</div>
    </div>
  )
}
