import { Button, Group, Select, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { Experiment, Run } from '../../../src/contract/runs.ts'
import { base } from '../../api/client.ts'
import { experimentsQuery, runsQuery } from '../../api/queries.ts'
import { Empty, Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Page } from '../../design/page.tsx'
import { Pager } from '../../design/pager.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Badge } from '../../design/status.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Ago, Took } from '../../design/time.tsx'
import { toneOf } from '../../design/tones.ts'
import { paths } from '../../paths.ts'
import { commonKeys } from './common-keys.ts'
import { metricText } from './metric-value.ts'
import { RunsChart } from './runs-chart.tsx'

const route = getRouteApi('/signed-in/projects/$project/runs')

const orders = [
  { value: 'start_time desc', label: 'newest first' },
  { value: 'start_time', label: 'oldest first' },
]

/** Everything that was tried: filtered as MLflow's clients filter, with the metrics that most runs have. */
export function RunsPage() {
  const { project } = route.useParams()
  const search = route.useSearch()
  const navigate = useNavigate()
  const { data: all } = useSuspenseQuery(experimentsQuery(project))
  const { cursor, ...wanted } = search
  const { data, error } = useQuery({
    ...runsQuery(project, wanted, cursor),
    placeholderData: keepPreviousData,
  })
  const runs = data?.runs ?? []
  const metrics = commonKeys(
    runs.map((run) => Object.keys(run.metrics)),
    5,
  )
  const params = commonKeys(
    runs.map((run) => Object.keys(run.params)),
    3,
  )
  const go = (change: Record<string, string | undefined>) =>
    navigate({ to: paths.runs(project), search: { ...wanted, ...change } as never, replace: true })
  const byMetric = metrics.flatMap((name) => [
    { value: `metrics.\`${name}\` desc`, label: `${name}, highest first` },
    { value: `metrics.\`${name}\``, label: `${name}, lowest first` },
  ])
  const empty = data !== undefined && runs.length === 0
  return (
    <Page title="Runs" lede="Everything that was tried, on which data, with what result.">
      <form
        key={search.filter}
        onSubmit={(event) => {
          event.preventDefault()
          const filter = new FormData(event.currentTarget).get('filter')
          void go({ filter: typeof filter === 'string' && filter !== '' ? filter : undefined })
        }}
      >
        <Group gap={8} align="flex-end">
          <Select
            label="Experiment"
            size="xs"
            w={190}
            clearable
            placeholder="all"
            data={all.experiments.map((each) => ({ value: each.id, label: `${each.name} (${each.runs})` }))}
            value={search.experiment ?? null}
            onChange={(value) => void go({ experiment: value ?? undefined })}
          />
          <TextInput
            label="Filter"
            size="xs"
            name="filter"
            style={{ flex: '1 1 260px', maxWidth: 460 }}
            placeholder="metrics.accuracy > 0.9 and params.solver = 'lbfgs'"
            defaultValue={search.filter ?? ''}
            spellCheck={false}
            autoComplete="off"
          />
          <Select
            label="Order"
            size="xs"
            w={190}
            data={[...orders, ...byMetric]}
            value={search.order ?? 'start_time desc'}
            allowDeselect={false}
            onChange={(value) =>
              void go({ order: value === 'start_time desc' ? undefined : (value ?? undefined) })
            }
          />
          <Button type="submit" variant="default">
            Filter
          </Button>
        </Group>
      </form>
      {error ? <Failure error={error} /> : null}
      {empty && search.filter === undefined && search.experiment === undefined ? (
        <Empty
          icon="runs"
          title="No run yet"
          command={`export MLFLOW_TRACKING_URI=${new URL(base, location.href).href.replace(/\/$/, '')}`}
        >
          Lines log a run for each training. Scripts and notebooks log by any MLflow client: point it here and
          change nothing else.
        </Empty>
      ) : null}
      {empty && (search.filter ?? search.experiment) !== undefined ? (
        <Nothing>No run matches.</Nothing>
      ) : null}
      {runs.length > 1 && metrics[0] ? <RunsChart project={project} runs={runs} metrics={metrics} /> : null}
      {runs.length > 0 ? (
        <Panel flush>
          <Table
            label="Runs"
            linked
            rows={runs}
            rowKey={(run) => run.id}
            columns={columnsOf(project, metrics, params, all.experiments)}
          />
        </Panel>
      ) : null}
      <Pager to={paths.runs(project)} search={search} next={data?.next} />
    </Page>
  )
}

function columnsOf(
  project: string,
  metrics: readonly string[],
  params: readonly string[],
  experiments: readonly Experiment[],
): Column<Run>[] {
  const names = new Map(experiments.map((each) => [each.id, each.name]))
  return [
    { label: 'Run', cell: (run) => <RowLink to={paths.run(project, run.id)}>{run.name}</RowLink> },
    { label: 'State', cell: (run) => <Badge tone={toneOf(run.status)}>{run.status}</Badge> },
    ...metrics.map(
      (name): Column<Run> => ({
        label: name,
        align: 'right',
        cell: (run) => metricText(name, run.metrics[name]),
      }),
    ),
    ...params.map(
      (name): Column<Run> => ({ label: name, wide: true, cell: (run) => run.params[name] ?? '–' }),
    ),
    { label: 'Experiment', wide: true, cell: (run) => names.get(run.experiment_id) ?? run.experiment_id },
    { label: 'By', wide: true, cell: (run) => run.user },
    {
      label: 'Took',
      align: 'right',
      wide: true,
      cell: (run) => <Took from={run.started_at} to={run.ended_at} />,
    },
    { label: 'Started', align: 'right', cell: (run) => <Ago at={run.started_at} /> },
  ]
}
