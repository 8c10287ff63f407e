import { useEffect, useState } from 'react'
import { Nothing } from '../../design/empty.tsx'
import { Notice } from '../../design/notice.tsx'
import { percent } from '../../format/number.ts'
import classes from './compare.module.css'
import { type Explanation, explain, fewestRuns } from './importance.ts'
import type { NumberVariable, Variable } from './variable.ts'

/** Below this share the forest hardly knows more than the mean does. */
const leastExplained = 0.2
const fewRuns = 30

/** How much each parameter matters for a metric, and how far that can be believed. */
export function ImportancePanel({ params, metric }: { params: readonly Variable[]; metric: NumberVariable }) {
  const [found, setFound] = useState<Explanation | null>()
  useEffect(() => {
    setFound(undefined)
    // After the page was painted: with hundreds of runs the forest takes a moment.
    const timer = setTimeout(() => setFound(explain(params, metric) ?? null), 20)
    return () => clearTimeout(timer)
  }, [params, metric])
  if (found === undefined) return <Nothing>Growing the forest…</Nothing>
  if (found === null) {
    return (
      <Nothing>
        {`It takes ${fewestRuns} runs that have ${metric.label}, and parameters in which they differ.`}
      </Nothing>
    )
  }
  const most = Math.max(...found.items.map((item) => item.importance), 1e-9)
  return (
    <div>
      {found.explained < leastExplained ? (
        <Notice tone="warn">
          Of runs that it has not seen, the forest explains {percent(Math.max(0, found.explained), 0)} of how{' '}
          {metric.label} varies: these bars are mostly chance.
        </Notice>
      ) : found.runs < fewRuns ? (
        <Notice tone="warn">
          {found.runs} runs are few: take the order as a hint, not as a result. Above {fewRuns} it steadies.
        </Notice>
      ) : null}
      <div className={classes.bars}>
        {found.items.map((item) => (
          <Bar key={item.name} {...item} share={item.importance / most} />
        ))}
      </div>
      <p className={classes.method}>
        Permutation importance on the out-of-bag runs of a random forest of 120 regression trees (Breiman,
        Random Forests, 2001): how much worse the forest guesses {metric.label} when a parameter is shuffled,
        as a share of its variance. The sign is Spearman’s rank correlation. {found.runs} runs;{' '}
        {percent(Math.max(0, found.explained), 0)} of the variance explained. Parameters that were changed
        together share their importance.
      </p>
    </div>
  )
}

function Bar(props: { label: string; importance: number; share: number; correlation: number | null }) {
  const { correlation } = props
  return (
    <>
      <span>{props.label}</span>
      <div className={classes.bar}>
        <span style={{ width: percent(Math.max(0, props.share), 1).replace(' ', '') }} />
      </div>
      <span className={classes.number}>{props.importance.toFixed(3)}</span>
      <span className={classes.number} title="Rank correlation with the metric">
        {correlation === null ? '' : `ρ ${correlation > 0 ? '+' : '−'}${Math.abs(correlation).toFixed(2)}`}
      </span>
    </>
  )
}
