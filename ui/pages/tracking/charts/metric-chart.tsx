import { Button } from '@mantine/core'
import { keepPreviousData, useQueries } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import type { SeriesQuery } from '../../../../src/contract/series.ts'
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
  const [large, enlarge] = useState(false)
  return (
    <div ref={place} className={classes.cell} data-large={large}>
      {seen ? (
        <SeenChart
          {...props}
          height={large ? 440 : (props.height ?? 200)}
          actions={
            props.actions ?? (
              <Button size="compact-xs" variant="subtle" color="gray" onClick={() => enlarge(!large)}>
                {large ? 'Reduce' : 'Enlarge'}
              </Button>
            )
          }
        />
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
  const whole = useSeries(
    project,
    chunksOf(ids).map((runs) => ({ runs, keys: [name], points: wholePoints, axis: settings.x })),
    props.live ? 5_000 : false,
  )
  const x = fittingAxis(settings.x, whole.series)
  const thinned = whole.series.some((each) => !each.exact)
  const zoom = useSeries(
    project,
    span === undefined || !thinned
      ? []
      : chunksOf(ids).map((runs) => ({
          runs,
          keys: [name],
          points: zoomPoints,
          axis: x,
          ...rangeOf(span, x),
        })),
    false,
  )
  const all = useMemo(() => curvesOf(whole.series, runs, x), [whole.series, runs, x])
  const near = useMemo(
    () => (span && zoom.complete ? curvesOf(zoom.series, runs, x) : undefined),
    [span, zoom.complete, zoom.series, runs, x],
  )
  const reach = useMemo(() => spanOf(all), [all])
  const points = whole.series.reduce((sum, each) => sum + each.count, 0)
  const shown = (near ?? all).reduce((sum, each) => sum + each.xs.length, 0)
  return (
    <Panel
      title={name}
      note={all.length === 0 ? '' : noteOf(points, shown, thinned)}
      {...(props.actions === undefined ? {} : { actions: props.actions })}
    >
      {whole.error ? <Failure error={whole.error} retry={whole.retry} /> : null}
      {all.length === 0 && !whole.complete ? (
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

/** So many runs a request: of many curves the first are there while the last are still read. */
const runsAtOnce = 10

function chunksOf(ids: readonly string[]): string[][] {
  const chunks: string[][] = []
  for (let at = 0; at < ids.length; at += runsAtOnce) chunks.push(ids.slice(at, at + runsAtOnce))
  return chunks
}

function useSeries(project: string, wanted: readonly SeriesQuery[], refetchInterval: number | false) {
  const results = useQueries({
    queries: wanted.map((each) => ({
      ...seriesQuery(project, each),
      refetchInterval,
      placeholderData: keepPreviousData,
    })),
  })
  const complete = results.length > 0 && results.every((each) => each.data !== undefined)
  const version = results.map((each) => each.dataUpdatedAt).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the data of all of them.
  const series = useMemo(() => results.flatMap((each) => each.data?.series ?? []), [version, results.length])
  const failed = results.find((each) => each.error !== null)
  return { series, complete, error: failed?.error, retry: () => void failed?.refetch() }
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
