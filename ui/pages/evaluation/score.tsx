import type { ScorerResult } from '../../../src/contract/evaluations.ts'
import { metric, percent } from '../../format/number.ts'
import classes from '../traces/traces.module.css'

/** What all scorers said, one after the other. */
export function Scores({ scorers }: { scorers: readonly ScorerResult[] }) {
  return (
    <span className={classes.said}>
      {scorers.map((scorer) => (
        <span key={scorer.name} className={classes.verdict}>
          {scorer.name} <b>{scoreText(scorer)}</b>
        </span>
      ))}
    </span>
  )
}

/** A share of yes as a bar, a mean as a number. */
export function Score({ scorer }: { scorer: ScorerResult }) {
  if (scorer.passed === null || scorer.scored === 0) return <>{scoreText(scorer)}</>
  const share = scorer.passed / scorer.scored
  return (
    <span className={classes.share}>
      <i>
        <i style={{ width: `${share * 100}%` }} />
      </i>
      {percent(share)}
    </span>
  )
}

export function scoreText(scorer: ScorerResult): string {
  if (scorer.passed !== null && scorer.scored > 0) return percent(scorer.passed / scorer.scored)
  return scorer.mean === null ? '–' : metric(scorer.mean)
}
