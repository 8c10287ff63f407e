import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { seriesQuery } from '../../../api/queries.ts'
import { type Curve, type Span, spanOf } from '../../../design/chart/curves/curve.ts'
import { Curves } from '../../../design/chart/curves/curves.tsx'
import type { XAxis } from '../../../design/chart/curves/plot.ts'
import { Nothing } from '../../../design/empty.tsx'
import { Failure } from '../../../design/failure.tsx'
import { Panel } from '../../../design/panel.tsx'
import { count, metric, plural } from '../../../format/number.ts'
import classes from './charts.module.css'
import { curveOf, fittingAxis, rangeOf } from './series-curve.ts'
import { useSeen } from './use-seen.ts'

export interface ChartSettings {
  readonly x: XAxis
  readonly smoothing: number
  readonly log: boolean
}

export interface ChartedRun {
  readonly id: string
  readonly label: string
  readonly colour: string
}

const wholePoints = 1200
const zoomPoints = 1600

/** One metric of one or many runs. What is zoomed into is fetched again in its full detail. */
export function MetricChart(props: {
  project: string
  runs: readonly ChartedRun[]
  name: string
  settings: ChartSettings
  /** Fetched again from time to time while something runs. */
  live?: boolean
  height?: number
  group?: string
  legend?: boolean
  actions?: ReactNode
}) {
  const { name, settings } = props
  const [place, seen] = useSeen<HTMLDivElement>()
  return (
    <div ref={place} className={classes.cell}>
      {seen ? (
        <SeenChart {...props} />
      ) : (
        <Panel title={name}>
          <div style={{ height: (props.height ?? 200) + 2 }} data-axis={settings.x} />
        </Panel>
      )}
    </div>
  )
}

function SeenChart(props: Parameters<typeof MetricChart>[0]) {
  const { project, runs, name, settings } = props
  const [span, setSpan] = useState<Span>()
  const ids = runs.map((run) => run.id)
  const whole = useQuery({
    ...seriesQuery(project, { runs: ids, keys: [name], points: wholePoints, axis: settings.x }),
    refetchInterval: props.live ? 5_000 : false,
    placeholderData: keepPreviousData,
  })
  const x = fittingAxis(settings.x, whole.data?.series ?? [])
  const thinned = whole.data?.series.some((each) => !each.exact) === true
  const zoom = useQuery({
    ...seriesQuery(project, {
      runs: ids,
      keys: [name],
      points: zoomPoints,
      axis: x,
      ...(span ? rangeOf(span, x) : {}),
    }),
    enabled: span !== undefined && thinned,
    placeholderData: keepPreviousData,
  })
  const all = useMemo(() => curvesOf(whole.data?.series ?? [], runs, x), [whole.data, runs, x])
  const near = useMemo(
    () => (span && zoom.data ? curvesOf(zoom.data.series, runs, x) : undefined),
    [span, zoom.data, runs, x],
  )
  const reach = useMemo(() => spanOf(all), [all])
  const points = (whole.data?.series ?? []).reduce((sum, each) => sum + each.count, 0)
  const shown = (near ?? all).reduce((sum, each) => sum + each.xs.length, 0)
  return (
    <Panel
      title={name}
      note={whole.data === undefined ? '' : noteOf(points, shown, thinned)}
      {...(props.actions === undefined ? {} : { actions: props.actions })}
    >
      {whole.error ? <Failure error={whole.error} retry={() => void whole.refetch()} /> : null}
      {whole.data === undefined ? (
        <div style={{ height: props.height ?? 200 }} aria-busy="true" />
      ) : all.length === 0 ? (
        <Nothing>None of these runs has it.</Nothing>
      ) : (
        <Curves
          label={`${name} by ${x === 'step' ? 'step' : 'time'}`}
          curves={near ?? all}
          x={x}
          log={settings.log}
          smoothing={settings.smoothing}
          height={props.height ?? 200}
          format={metric}
          span={span}
          onSpan={setSpan}
          whole={reach}
          group={`${props.group ?? 'runs'}-${x}`}
          legend={props.legend ?? true}
        />
      )}
    </Panel>
  )
}

function noteOf(points: number, shown: number, thinned: boolean): string {
  return thinned ? `${count(shown)} of ${count(points)} points, extremes kept` : plural(points, 'point')
}

function curvesOf(
  series: readonly Parameters<typeof curveOf>[0][],
  runs: readonly ChartedRun[],
  x: XAxis,
): Curve[] {
  const byRun = new Map(series.map((each) => [each.run, each]))
  return runs.flatMap((run) => {
    const found = byRun.get(run.id)
    return found === undefined || found.values.length === 0 ? [] : [curveOf(found, x, run)]
  })
}
