import type { ReactNode } from 'react'
import { Command } from './command.tsx'
import classes from './design.module.css'
import { Icon, type IconName } from './icons.tsx'

/** What a page says while it has nothing to show: what would be here, and the next command to type. */
export function Empty(props: { icon: IconName; title: string; children?: ReactNode; command?: string }) {
  return (
    <div className={classes.empty}>
      <Icon name={props.icon} size={26} />
      <h3>{props.title}</h3>
      {props.children ? <p>{props.children}</p> : null}
      {props.command ? <Command text={props.command} /> : null}
    </div>
  )
}

/** The same within a panel: one line. */
export function Nothing({ children }: { children: ReactNode }) {
  return <p className={classes.emptySmall}>{children}</p>
}
