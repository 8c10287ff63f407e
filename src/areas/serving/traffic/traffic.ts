import { percentile } from './latency.ts'

/** What was asked and how it was answered, over some span. */
export interface Traffic {
  readonly requests: number
  readonly errors: number
  readonly rows: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
}

/** Sums that add up over servers, minutes and revisions. `latency` counts requests by bucket. */
export interface Counters {
  readonly requests: number
  readonly errors: number
  readonly rows: number
  readonly latency: readonly number[]
}

export const noCounters: Counters = { requests: 0, errors: 0, rows: 0, latency: [] }

function add(a: Counters, b: Counters): Counters {
  return combine(a, b, (x, y) => x + y)
}

/** What was added since `before` was read. Never negative. */
export function since(before: Counters, now: Counters): Counters {
  return combine(now, before, (x, y) => Math.max(0, x - y))
}

export function sum(all: Iterable<Counters>): Counters {
  let total = noCounters
  for (const counters of all) total = add(total, counters)
  return total
}

export function trafficOf(counters: Counters): Traffic {
  const { requests, errors, rows, latency } = counters
  return { requests, errors, rows, p50Ms: percentile(latency, 0.5), p99Ms: percentile(latency, 0.99) }
}

function combine(a: Counters, b: Counters, join: (x: number, y: number) => number): Counters {
  const buckets = Math.max(a.latency.length, b.latency.length)
  return {
    requests: join(a.requests, b.requests),
    errors: join(a.errors, b.errors),
    rows: join(a.rows, b.rows),
    latency: Array.from({ length: buckets }, (_, i) => join(a.latency[i] ?? 0, b.latency[i] ?? 0)),
  }
}
