import { Tooltip } from '@mantine/core'
import classes from './design.module.css'

export type Tone = 'ok' | 'warn' | 'bad' | 'live' | 'quiet'

/** A state in one word, with a colour that repeats what the word says. */
export function Badge({ tone, children, why }: { tone: Tone; children: string; why?: string | undefined }) {
  const badge = (
    <span className={classes.badge} data-tone={tone}>
      <span className={classes.dot} data-tone={tone} />
      {children}
    </span>
  )
  return why ? <Tooltip label={why}>{badge}</Tooltip> : badge
}

/** A plain mark without a judgement: an alias, a kind, a source. */
export function Tag({ children }: { children: string }) {
  return <span className={classes.badge}>{children}</span>
}

export function Dot({ tone }: { tone: Tone }) {
  return <span className={classes.dot} data-tone={tone} aria-hidden="true" />
}
