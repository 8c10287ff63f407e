import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { Run } from '../../../src/contract/runs.ts'
import { Chart } from '../../design/chart/chart.tsx'
import { Panel } from '../../design/panel.tsx'
import { namedMetric } from '../../format/number.ts'
import { numberOf } from './metric-value.ts'

/** One metric of the runs listed, by when they started: whether what was tried got better. */
export function RunsChart({
  runs,
  metrics,
}: {
  project: string
  runs: readonly Run[]
  metrics: readonly string[]
}) {
  const [wanted, want] = useState<string>()
  const name = metrics.find((each) => each === wanted) ?? metrics[0] ?? ''
  const points = runs
    .flatMap((run) => {
      const summary = run.metrics[name]
      const value = summary === undefined ? Number.NaN : numberOf(summary.value)
      return Number.isFinite(value) ? [{ at: Date.parse(run.started_at) / 1000, value, run: run.name }] : []
    })
    .sort((a, b) => a.at - b.at)
  return (
    <Panel
      title="By time"
      note={`Each point is a run`}
      actions={
        metrics.length > 1 ? (
          <SegmentedControl size="xs" data={[...metrics.slice(0, 4)]} value={name} onChange={want} />
        ) : null
      }
    >
      <Chart
        label={`${name} of the runs listed`}
        x="time"
        xs={points.map((point) => point.at)}
        series={[
          { label: name, colour: '--series-1', kind: 'points', values: points.map((point) => point.value) },
        ]}
        format={(value) => namedMetric(name, value)}
        height={150}
      />
    </Panel>
  )
}
