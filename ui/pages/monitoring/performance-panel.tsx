import { useQuery } from '@tanstack/react-query'
import type uPlot from 'uplot'
import type { Monitor, PerformanceWindow } from '../../../src/contract/monitoring.ts'
import { performanceQuery } from '../../api/queries.ts'
import { Chart } from '../../design/chart/chart.tsx'
import type { Mark } from '../../design/chart/picture.ts'
import type { Series } from '../../design/chart/series.ts'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Panel } from '../../design/panel.tsx'
import { words } from '../../design/tones.ts'
import { count, namedMetric, percent } from '../../format/number.ts'
import { inside, middleOf, ruleOf } from './windows.ts'

/** The metric per window of predictions, as far as labels have come, against the limit. */
export function PerformancePanel(props: {
  project: string
  monitor: Monitor
  group: string
  wide?: boolean
  marks?: readonly Mark[]
}) {
  const { project, monitor, group, marks = [] } = props
  const { data, error } = useQuery(performanceQuery(project, monitor.id))
  const rule = monitor.performance
  if (rule === null) {
    return (
      <Panel title="Performance" span={6}>
        <Nothing>Performance is not watched: the monitor has no metric.</Nothing>
      </Panel>
    )
  }
  const title = `${words(rule.metric).replace(/^./, (first) => first.toUpperCase())} over time`
  return (
    <Panel
      title={title}
      note={`Windows of ${ruleOf(rule.window)}, joined with labels as they arrive`}
      {...(props.wide ? {} : { span: 6 })}
    >
      {error ? <Failure error={error} /> : null}
      {data && data.windows.length > 0 ? (
        <PerformanceChart windows={data.windows} limit={limitOf(rule)} group={group} marks={marks} />
      ) : (
        <Nothing>
          No window is full yet. Labels join predictions by id: <code>slipway labels send</code>.
        </Nothing>
      )}
    </Panel>
  )
}

function limitOf(rule: NonNullable<Monitor['performance']>): { value: number; label: string } | undefined {
  if (rule.min !== undefined) return { value: rule.min, label: `min ${namedMetric(rule.metric, rule.min)}` }
  return rule.max === undefined
    ? undefined
    : { value: rule.max, label: `max ${namedMetric(rule.metric, rule.max)}` }
}

function PerformanceChart(props: {
  windows: readonly PerformanceWindow[]
  limit: { value: number; label: string } | undefined
  group: string
  marks: readonly Mark[]
}) {
  const { windows } = props
  const name = windows[0]?.metric ?? 'accuracy'
  const series: Series[] = [
    { label: words(name), colour: '--series-1', kind: 'line', values: windows.map((each) => each.value) },
    {
      label: 'Label coverage',
      colour: '--line-strong',
      kind: 'bars',
      foot: true,
      values: windows.map((each) => each.coverage),
      format: (value) => percent(value, 0),
    },
    hidden(
      '98 % interval',
      windows.map((each) => each.interval?.[0] ?? null),
      (value, index) => intervalOf(windows[index], name, value),
    ),
    hidden(
      'Labelled',
      windows.map((each) => each.labelled),
      (value, index) => `${count(value)} of ${count(windows[index]?.rows ?? 0)} rows`,
    ),
  ]
  const intervals = windows.flatMap((each) => each.interval ?? [])
  return (
    <Chart
      label={`${words(name)} in ${windows.length} windows; the last ${lastOf(windows, name)}`}
      x="time"
      xs={windows.map(middleOf)}
      series={series}
      format={(value) => namedMetric(name, value)}
      limits={props.limit ? [props.limit] : []}
      min={floorOf([...windows.flatMap((each) => each.value ?? []), ...intervals, props.limit?.value ?? 1])}
      max={Math.max(...intervals, ...windows.flatMap((each) => each.value ?? []), 0) <= 1 ? 1.005 : undefined}
      group={props.group}
      marks={inside(props.marks, windows)}
      height={268}
      paint={(plot, colour) => paintWindows(plot, windows, colour)}
    />
  )
}

/** Leaves room at the foot for the coverage bars, so that they never cover the values. */
function floorOf(values: readonly number[]): number {
  const least = Math.min(...values)
  const most = Math.max(...values)
  const span = Math.max(most - least, Math.abs(most) * 0.02, 1e-9)
  return least - span * 0.42
}

function hidden(
  label: string,
  values: (number | null)[],
  tell: (value: number, index: number) => string,
): Series {
  return {
    label,
    colour: '--text-3',
    kind: 'hidden',
    values,
    format: (value) => tell(value, values.indexOf(value)),
  }
}

function intervalOf(window: PerformanceWindow | undefined, name: string, low: number): string {
  return `${namedMetric(name, low)} – ${namedMetric(name, window?.interval?.[1] ?? low)}`
}

function lastOf(windows: readonly PerformanceWindow[], name: string): string {
  const last = windows.findLast((each) => each.value !== null)
  return last?.value === undefined || last.value === null
    ? 'has no labels yet'
    : namedMetric(name, last.value)
}

/** Each window from its first to its last prediction, with the interval of its value and its verdict. */
function paintWindows(
  plot: uPlot,
  windows: readonly PerformanceWindow[],
  colour: (name: string) => string,
): void {
  const { ctx } = plot
  const ratio = devicePixelRatio
  for (const window of windows) {
    if (window.value === null) continue
    const tone = colour(
      window.verdict === 'bad' ? '--bad' : window.verdict === 'waiting' ? '--text-3' : '--series-1',
    )
    const x = plot.valToPos(middleOf(window), 'x', true)
    const y = plot.valToPos(window.value, 'y', true)
    ctx.strokeStyle = tone
    ctx.fillStyle = window.verdict === 'waiting' ? colour('--surface') : tone
    ctx.lineWidth = ratio
    if (window.interval) {
      ctx.globalAlpha = 0.5
      ctx.beginPath()
      ctx.moveTo(x, plot.valToPos(window.interval[0], 'y', true))
      ctx.lineTo(x, plot.valToPos(window.interval[1], 'y', true))
      ctx.stroke()
      ctx.globalAlpha = 1
    }
    ctx.lineWidth = 2 * ratio
    ctx.beginPath()
    ctx.moveTo(plot.valToPos(Date.parse(window.from) / 1000, 'x', true), y)
    ctx.lineTo(plot.valToPos(Date.parse(window.to) / 1000, 'x', true), y)
    ctx.stroke()
    ctx.beginPath()
    ctx.arc(x, y, 3.5 * ratio, 0, Math.PI * 2)
    ctx.fill()
    ctx.stroke()
  }
}
