import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { MetricSummary, RunDetail } from '../../../../src/contract/runs.ts'
import { Empty, Nothing } from '../../../design/empty.tsx'
import { paths } from '../../../paths.ts'
import { ChartGrid } from '../charts/chart-grid.tsx'
import { isSystem } from '../charts/groups.ts'
import { ChartSettingsBar, settingsOf, settingsSearch } from '../charts/settings.tsx'
import { numberOf } from '../metric-value.ts'
import { SingleValues } from './single-values.tsx'

const route = getRouteApi('/signed-in/projects/$project/runs/$run')

/** A chart for each metric that has a curve; those of the machine on a page of their own. */
export function ChartsTab({ project, run, system }: { project: string; run: RunDetail; system: boolean }) {
  const search = route.useSearch()
  const navigate = useNavigate()
  const settings = settingsOf(search)
  const runs = useMemo(() => [{ id: run.id, label: run.name, colour: '--series-1' }], [run.id, run.name])
  const keys = Object.entries(run.metrics).filter(([key]) => isSystem(key) === system)
  const wanted = (search.find ?? '').toLowerCase()
  const found = keys.filter(([key]) => key.toLowerCase().includes(wanted))
  const curves = found.filter(([, value]) => hasCurve(value)).map(([key]) => key)
  const singles = new Map(
    found.filter(([, value]) => !hasCurve(value)).map(([key, each]) => [key, numberOf(each.value)]),
  )
  const go = (change: Readonly<Record<string, unknown>>) =>
    void navigate({
      to: paths.run(project, run.id),
      search: { ...search, ...change } as never,
      replace: true,
      resetScroll: false,
    })
  if (keys.length === 0) {
    return system ? (
      <Empty
        icon="platform"
        title="No system metric was logged"
        command="mlflow.enable_system_metrics_logging()"
      >
        Processor, memory, disk, network and GPU of the machine, logged beside the training.
      </Empty>
    ) : (
      <Empty icon="runs" title="No curve yet">
        What a script logs by mlflow.log_metric, with its step, is drawn here.
      </Empty>
    )
  }
  return (
    <>
      <ChartSettingsBar
        settings={settings}
        onSettings={(next) => go(settingsSearch(next))}
        {...(keys.length > 6
          ? { find: search.find, onFind: (find: string) => go({ find: find === '' ? undefined : find }) }
          : {})}
      />
      {found.length === 0 ? <Nothing>No metric has “{search.find}” in its name.</Nothing> : null}
      <ChartGrid
        project={project}
        runs={runs}
        keys={curves}
        settings={settings}
        live={run.status === 'running'}
      />
      <SingleValues values={singles} />
    </>
  )
}

/** One value makes no curve; logged for a run and its model at once, it still is one. */
function hasCurve({ count, min, max }: MetricSummary): boolean {
  return count > 2 || (count === 2 && min !== max)
}
