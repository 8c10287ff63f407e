import { useQuery } from '@tanstack/react-query'
import type uPlot from 'uplot'
import type { DriftColumn, DriftWindow, Monitor } from '../../../src/contract/monitoring.ts'
import { driftQuery } from '../../api/queries.ts'
import { Chart } from '../../design/chart/chart.tsx'
import type { Mark } from '../../design/chart/picture.ts'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Panel } from '../../design/panel.tsx'
import { metric, percent } from '../../format/number.ts'
import classes from '../lines/lines.module.css'
import { inside, middleOf, ruleOf } from './windows.ts'

/** How many columns of each window differ from the reference, and which differ most now. */
export function DriftPanel(props: {
  project: string
  monitor: Monitor
  group: string
  wide?: boolean
  marks?: readonly Mark[]
}) {
  const { project, monitor, group, marks = [] } = props
  const { data, error } = useQuery(driftQuery(project, monitor.id))
  const rule = monitor.drift
  if (rule === null) {
    return (
      <Panel title="Drift" span={6}>
        <Nothing>Drift is not watched: the monitor has no reference.</Nothing>
      </Panel>
    )
  }
  const last = data?.windows.at(-1)
  return (
    <Panel
      title="Drift over time"
      note={`Share of columns that differ from the training data, windows of ${ruleOf(rule.window)}`}
      {...(props.wide ? {} : { span: 6 })}
    >
      {error ? <Failure error={error} /> : null}
      {data && data.windows.length > 0 ? (
        <DriftChart windows={data.windows} threshold={rule.share} group={group} marks={marks} />
      ) : (
        <Nothing>No window is full yet.</Nothing>
      )}
      {last ? <WorstColumns columns={last.columns} /> : null}
    </Panel>
  )
}

function DriftChart(props: {
  windows: readonly DriftWindow[]
  threshold: number
  group: string
  marks: readonly Mark[]
}) {
  const { windows } = props
  const last = windows.at(-1)
  return (
    <Chart
      label={`Drifted columns in ${windows.length} windows; the last ${last ? percent(last.drifted_share, 0) : ''}`}
      x="time"
      xs={windows.map(middleOf)}
      series={[
        {
          label: 'Drifted columns',
          colour: '--series-2',
          kind: 'area',
          values: windows.map((each) => each.drifted_share),
          format: (value) => percent(value, 0),
        },
      ]}
      format={(value) => percent(value, 0)}
      limits={[{ value: props.threshold, label: `alert at ${percent(props.threshold, 0)}` }]}
      min={0}
      max={1.02}
      group={props.group}
      marks={inside(props.marks, windows)}
      height={150}
      paint={(plot, colour) => paintVerdicts(plot, windows, colour)}
    />
  )
}

function paintVerdicts(plot: uPlot, windows: readonly DriftWindow[], colour: (name: string) => string): void {
  const { ctx } = plot
  for (const window of windows) {
    ctx.fillStyle = colour(
      window.verdict === 'bad' ? '--bad' : window.verdict === 'good' ? '--series-2' : '--text-3',
    )
    ctx.beginPath()
    ctx.arc(
      plot.valToPos(middleOf(window), 'x', true),
      plot.valToPos(window.drifted_share, 'y', true),
      3.5 * devicePixelRatio,
      0,
      Math.PI * 2,
    )
    ctx.fill()
  }
}

/** The columns that moved furthest beyond what is allowed, with the threshold as a tick. */
function WorstColumns({ columns, most = 5 }: { columns: readonly DriftColumn[]; most?: number }) {
  const worst = [...columns].sort((a, b) => b.score / b.threshold - a.score / a.threshold).slice(0, most)
  const scale = Math.max(2, ...worst.map((each) => each.score / each.threshold))
  return (
    <ul className={classes.drifted} aria-label="Columns that drifted most in the last window">
      {worst.map((each) => (
        <li key={each.name}>
          <span>{each.name}</span>
          <span className={classes.meter} style={{ overflow: 'visible' }}>
            <i
              data-over={each.drifted}
              style={{ width: `${(each.score / each.threshold / scale) * 100}%` }}
            />
            <b style={{ left: `${100 / scale}%` }} title={`threshold ${metric(each.threshold)}`} />
          </span>
          <span className={classes.num} title={`p = ${metric(each.p_value)}`}>
            {each.test.toUpperCase()} {each.score.toFixed(3)}
          </span>
        </li>
      ))}
    </ul>
  )
}
