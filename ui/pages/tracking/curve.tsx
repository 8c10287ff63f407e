import { useQuery } from '@tanstack/react-query'
import { historyQuery } from '../../api/queries.ts'
import { Chart } from '../../design/chart/chart.tsx'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Panel } from '../../design/panel.tsx'
import { count, namedMetric } from '../../format/number.ts'
import { numberOf } from './metric-value.ts'

/** One metric by step. Where all points have one step, by time instead. */
export function Curve({ project, run, name }: { project: string; run: string; name: string }) {
  const { data, error } = useQuery(historyQuery(project, run, name))
  const points = data?.points ?? []
  const stepped = new Set(points.map((point) => point.step)).size > 1
  const thinned = data !== undefined && data.count > points.length
  const values = points.map((point) => numberOf(point.value))
  return (
    <Panel
      title={name}
      note={
        thinned
          ? `${count(points.length)} of ${count(data.count)} points; extremes are kept`
          : `${count(points.length)} points`
      }
      span={6}
    >
      {error ? <Failure error={error} /> : null}
      {data === undefined ? (
        <Nothing>Loading…</Nothing>
      ) : (
        <Chart
          label={`${name} by ${stepped ? 'step' : 'time'}`}
          x={stepped ? 'step' : 'time'}
          xs={points.map((point) => (stepped ? point.step : point.time / 1000))}
          series={[
            {
              label: name,
              colour: '--series-1',
              kind: 'line',
              values: values.map((value) => (Number.isFinite(value) ? value : null)),
            },
          ]}
          format={(value) => namedMetric(name, value)}
          group={`run-${stepped ? 'step' : 'time'}`}
          height={180}
        />
      )}
    </Panel>
  )
}
