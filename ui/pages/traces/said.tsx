import { Tooltip } from '@mantine/core'
import type { Assessment } from '../../../src/contract/traces.ts'
import type { Tone } from '../../design/status.tsx'
import { metric } from '../../format/number.ts'
import classes from './traces.module.css'

const most = 2

/** The verdicts on a trace, one mark each. */
export function Said({ assessments }: { assessments: readonly Assessment[] }) {
  const feedback = assessments.filter((one) => one.kind === 'feedback' && one.valid)
  if (feedback.length === 0) return <>–</>
  return (
    <span className={classes.said}>
      {feedback.slice(0, most).map((one) => (
        <Verdict key={one.id} assessment={one} />
      ))}
      {feedback.length > most ? <span className={classes.quiet}>+{feedback.length - most}</span> : null}
    </span>
  )
}

/** One assessment as a mark: its name and value, with its reason on hover. */
export function Verdict({ assessment, nameless }: { assessment: Assessment; nameless?: boolean }) {
  const mark = (
    <span className={classes.verdict} data-tone={toneOfValue(assessment)}>
      {nameless ? null : <span>{assessment.name}</span>}
      <b>{shownValue(assessment)}</b>
    </span>
  )
  return assessment.rationale ? (
    <Tooltip label={assessment.rationale} multiline maw={360}>
      {mark}
    </Tooltip>
  ) : (
    mark
  )
}

export function toneOfValue(assessment: Assessment): Tone {
  if (assessment.error !== null) return 'warn'
  const verdict = verdictOf(assessment.value)
  return verdict === undefined ? 'quiet' : verdict ? 'ok' : 'bad'
}

/** Yes or no, as scorers and judges write it; undefined when the value is neither. */
export function verdictOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') return undefined
  if (['yes', 'pass', 'true'].includes(value.toLowerCase())) return true
  return ['no', 'fail', 'false'].includes(value.toLowerCase()) ? false : undefined
}

export function shownValue(assessment: Assessment): string {
  if (assessment.error !== null) return 'failed'
  const { value } = assessment
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return metric(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
