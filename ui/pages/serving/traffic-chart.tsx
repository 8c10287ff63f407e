import type { TrafficPoint } from '../../../src/contract/deployments.ts'
import { Chart } from '../../design/chart/chart.tsx'
import { byRevision, minutesOf, revisionColour, type Series, stack } from '../../design/chart/series.ts'
import { Nothing } from '../../design/empty.tsx'
import { compact, count, milliseconds, percent } from '../../format/number.ts'

type Points = readonly TrafficPoint[]

/** Requests per minute, the revisions on top of each other: a canary is a thin layer that grows. */
export function TrafficChart({ points, group, height }: { points: Points; group: string; height?: number }) {
  const minutes = minutesOf(points)
  if (minutes.length === 0) return <Nothing>No request has come in within this time.</Nothing>
  const rows = byRevision(points, minutes, (point) => point.requests, 0)
  const sums = stack(rows.map((row) => row.values))
  // The highest sum is drawn first, so that each layer covers what is below it.
  const series = rows
    .map(
      (row, index): Series => ({
        label: `Revision ${row.revision}`,
        colour: revisionColour(row.revision),
        values: sums[index] ?? [],
        told: row.values.map((value) => (value === 0 ? null : value)),
        kind: 'bars',
        format: (value) => `${count(value)} requests`,
      }),
    )
    .reverse()
  return (
    <Chart
      label="Requests per minute by revision"
      x="time"
      xs={minutes}
      series={series}
      format={compact}
      min={0}
      group={group}
      height={height ?? 190}
    />
  )
}

/** Median and 99th percentile per revision. */
export function LatencyChart({ points, group }: { points: Points; group: string }) {
  const minutes = minutesOf(points)
  if (minutes.length === 0) return <Nothing>No request has come in within this time.</Nothing>
  const median = byRevision(points, minutes, (point) => point.p50_ms, null)
  const slow = byRevision(points, minutes, (point) => point.p99_ms, null)
  const series = [
    ...median.map(
      (row): Series => ({
        label: `r${row.revision} p50`,
        colour: revisionColour(row.revision),
        values: row.values,
        kind: 'line',
      }),
    ),
    ...slow.map(
      (row): Series => ({
        label: `r${row.revision} p99`,
        colour: revisionColour(row.revision),
        values: row.values,
        kind: 'line',
        dash: [5, 4],
      }),
    ),
  ]
  return (
    <Chart
      label="Latency per minute, median and 99th percentile"
      x="time"
      xs={minutes}
      series={series}
      format={milliseconds}
      min={0}
      group={group}
    />
  )
}

/** Share of requests that failed, per revision. */
export function ErrorsChart({ points, group }: { points: Points; group: string }) {
  const minutes = minutesOf(points)
  if (minutes.length === 0) return <Nothing>No request has come in within this time.</Nothing>
  const series = byRevision(points, minutes, (point) => point.error_rate, null).map(
    (row): Series => ({
      label: `Revision ${row.revision}`,
      colour: revisionColour(row.revision),
      values: row.values,
      kind: 'line',
    }),
  )
  return (
    <Chart
      label="Share of failed requests per minute"
      x="time"
      xs={minutes}
      series={series}
      format={(value) => percent(value, value < 0.01 ? 2 : 1)}
      min={0}
      group={group}
      {...(points.every((point) => point.errors === 0) ? { max: 0.01 } : {})}
    />
  )
}
