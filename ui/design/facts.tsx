import type { ReactNode } from 'react'
import classes from './design.module.css'
import type { Tone } from './status.tsx'

/** Names and values in two columns. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
    </dl>
  )
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value ?? '–'}</dd>
    </>
  )
}

export interface Stat {
  label: string
  value: ReactNode
  note?: ReactNode
  tone?: Tone | undefined
}

/** The few numbers that matter on a page, large. */
export function Stats({ stats }: { stats: readonly Stat[] }) {
  return (
    <dl className={classes.stats}>
      {stats.map((stat) => (
        <div key={stat.label} className={classes.stat} data-tone={stat.tone}>
          <dt>{stat.label}</dt>
          <dd>
            {stat.value}
            {stat.note ? <small>{stat.note}</small> : null}
          </dd>
        </div>
      ))}
    </dl>
  )
}
