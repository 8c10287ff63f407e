import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { traceActivityQuery } from '../../api/trace-queries.ts'
import { Stats } from '../../design/facts.tsx'
import { At } from '../../design/time.tsx'
import { compact, count, milliseconds, percent } from '../../format/number.ts'
import classes from './traces.module.css'

/** The last day in four numbers and a row of bars: how many traces, and how many of them failed. */
export function Activity({ query }: { query: ReturnType<typeof traceActivityQuery> }) {
  const { data } = useQuery({ ...query, placeholderData: keepPreviousData })
  if (data === undefined) return null
  const traces = data.buckets.reduce((sum, bucket) => sum + bucket.traces, 0)
  const errors = data.buckets.reduce((sum, bucket) => sum + bucket.errors, 0)
  const tokens = data.buckets.reduce((sum, bucket) => sum + bucket.tokens, 0)
  if (traces === 0) return null
  const most = Math.max(...data.buckets.map((bucket) => bucket.traces))
  const slowest = Math.max(...data.buckets.map((bucket) => bucket.p95 ?? 0))
  return (
    <Stats
      stats={[
        {
          label: 'Traces in 24 h',
          value: count(traces),
          note: (
            <span
              className={classes.bars}
              role="img"
              aria-label={`Traces over the last day, at most ${count(most)} in ${data.every / 60_000} minutes`}
            >
              {data.buckets.map((bucket) => (
                <i
                  key={bucket.at}
                  style={{
                    height: `${Math.max(bucket.traces === 0 ? 2 : 8, (100 * bucket.traces) / most)}%`,
                  }}
                  data-empty={bucket.traces === 0}
                  title={`${new Date(bucket.at).toLocaleTimeString()}: ${bucket.traces}`}
                >
                  <i
                    style={{ height: `${bucket.traces === 0 ? 0 : (100 * bucket.errors) / bucket.traces}%` }}
                  />
                </i>
              ))}
            </span>
          ),
        },
        {
          label: 'Errors',
          value: errors === 0 ? '0' : percent(errors / traces),
          tone: errors === 0 ? undefined : 'bad',
          note: `${count(errors)} of ${count(traces)}`,
        },
        {
          label: 'Slowest p95',
          value: milliseconds(slowest),
          note: (
            <>
              since <At at={data.buckets[0]?.at ?? ''} />
            </>
          ),
        },
        { label: 'Tokens', value: compact(tokens), note: tokens === 0 ? 'none told' : 'in and out' },
      ]}
    />
  )
}
