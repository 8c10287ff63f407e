import { Switch } from '@mantine/core'
import type { Run } from '../../../src/contract/runs.ts'
import { Panel } from '../../design/panel.tsx'
import { metricText } from '../tracking/metric-value.ts'
import { rowsOf } from './differing.ts'
import { Matrix } from './matrix.tsx'

/** Parameters, metrics and tags of the runs side by side; only what differs unless all is asked for. */
export function DetailsTab(props: {
  project: string
  runs: readonly Run[]
  all: boolean
  onAll: (all: boolean) => void
}) {
  const { project, runs } = props
  const parts = [
    ['Parameters', 'Parameter', rowsOf(runs.map((run) => run.params))],
    ['Metrics', 'Metric', rowsOf(runs.map(metricsOf))],
    ['Tags', 'Tag', rowsOf(runs.map(tagsOf))],
    ['About', 'Run', rowsOf(runs.map(aboutOf))],
  ] as const
  return (
    <>
      <Switch
        size="xs"
        label="Only what differs"
        checked={!props.all}
        onChange={(event) => props.onAll(!event.currentTarget.checked)}
      />
      {parts.map(([title, label, rows]) => (
        <Panel
          key={title}
          title={title}
          note={`${rows.filter((row) => row.differs).length} of ${rows.length} differ`}
          flush
        >
          <Matrix label={label} project={project} runs={runs} rows={rows} onlyDiffering={!props.all} />
        </Panel>
      ))}
    </>
  )
}

function metricsOf(run: Run): Record<string, string> {
  return Object.fromEntries(
    Object.entries(run.metrics).map(([key, summary]) => [key, metricText(key, summary)]),
  )
}

/** What clients note of themselves is long and compared under Code. */
function tagsOf(run: Run): Record<string, string> {
  const hidden = /^mlflow\.(source\.git\.diff|log-model\.history|loggedArtifacts)$/
  return Object.fromEntries(Object.entries(run.tags).filter(([key]) => !hidden.test(key)))
}

function aboutOf(run: Run): Record<string, string> {
  const seconds =
    run.ended_at === null ? undefined : (Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000
  return {
    status: run.status,
    user: run.user,
    experiment: run.experiment_id,
    ...(run.source === null ? {} : { source: run.source }),
    ...(seconds === undefined ? {} : { seconds: seconds.toFixed(1) }),
  }
}
