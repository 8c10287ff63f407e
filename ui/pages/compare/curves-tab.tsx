import { useMemo } from 'react'
import type { Run } from '../../../src/contract/runs.ts'
import { curveColour } from '../../design/chart/curves/curve.ts'
import type { XAxis } from '../../design/chart/curves/plot.ts'
import { Nothing } from '../../design/empty.tsx'
import { ChartGrid } from '../tracking/charts/chart-grid.tsx'
import { ChartSettingsBar, settingsOf, settingsSearch } from '../tracking/charts/settings.tsx'

/** One answer holds the points of so many runs. */
const mostRuns = 200

export interface CurveSearch {
  readonly x?: XAxis | undefined
  readonly smooth?: number | undefined
  readonly log?: 'yes' | undefined
  readonly find?: string | undefined
}

/** The curves of every metric that was logged more than once, all runs in one chart. */
export function CurvesTab(props: {
  project: string
  runs: readonly Run[]
  search: CurveSearch
  onSearch: (search: CurveSearch) => void
}) {
  const { project, search, onSearch } = props
  const runs = useMemo(
    () =>
      props.runs
        .slice(0, mostRuns)
        .map((run, index) => ({ id: run.id, label: run.name, colour: curveColour(index) })),
    [props.runs],
  )
  const keys = useMemo(() => keysOf(props.runs), [props.runs])
  const found = keys.filter((key) => key.toLowerCase().includes((search.find ?? '').toLowerCase()))
  if (keys.length === 0) return <Nothing>None of these runs has logged a metric more than once.</Nothing>
  return (
    <>
      <ChartSettingsBar
        settings={settingsOf(search)}
        onSettings={(settings) => onSearch(settingsSearch(settings))}
        find={search.find}
        onFind={(find) => onSearch({ find: find === '' ? undefined : find })}
      />
      <ChartGrid
        project={project}
        runs={runs}
        keys={found}
        settings={settingsOf(search)}
        live={props.runs.some((run) => run.status === 'running')}
      />
    </>
  )
}

/** Single values have no curve, unless no run has any. */
function keysOf(runs: readonly Run[]): string[] {
  const keys = new Set<string>()
  for (const run of runs)
    for (const [key, summary] of Object.entries(run.metrics)) if (summary.count > 1) keys.add(key)
  return [...keys]
}
