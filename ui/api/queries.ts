import { queryOptions } from '@tanstack/react-query'
import type { SeriesQuery } from '../../src/contract/series.ts'
import { client } from './client.ts'

/** The first part of each key is the noun that hints name (topics.ts). */
export const sessionQuery = () =>
  queryOptions({
    queryKey: ['session'],
    queryFn: ({ signal }) => client.session.get({}, { signal }),
    staleTime: 60_000,
  })

export const linesQuery = (project: string) =>
  queryOptions({
    queryKey: ['lines', project],
    queryFn: ({ signal }) => client.lines.list({ params: { project } }, { signal }),
    refetchInterval: 15_000,
  })

export const lineQuery = (project: string, line: string) =>
  queryOptions({
    queryKey: ['lines', project, line],
    queryFn: ({ signal }) => client.lines.get({ params: { project, line } }, { signal }),
    refetchInterval: 10_000,
  })

export const decisionsQuery = (project: string, line: string) =>
  queryOptions({
    queryKey: ['lines', project, line, 'decisions'],
    queryFn: ({ signal }) =>
      client.lines.decisions({ params: { project, line }, query: { limit: 60 } }, { signal }),
    refetchInterval: 10_000,
  })

export const pipelineRunQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ['pipelines', project, id],
    queryFn: ({ signal }) => client.pipelines.get({ params: { project, pipeline_run: id } }, { signal }),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 3_000 : false),
  })

export const datasetsQuery = (project: string) =>
  queryOptions({
    queryKey: ['datasets', project],
    queryFn: ({ signal }) => client.datasets.list({ params: { project }, query: { limit: 500 } }, { signal }),
  })

export const datasetQuery = (project: string, dataset: string) =>
  queryOptions({
    queryKey: ['datasets', project, dataset],
    queryFn: ({ signal }) => client.datasets.get({ params: { project, dataset } }, { signal }),
  })

export const datasetVersionsQuery = (project: string, dataset: string) =>
  queryOptions({
    queryKey: ['datasets', project, dataset, 'versions'],
    queryFn: ({ signal }) =>
      client.datasetVersions.list({ params: { project, dataset }, query: { limit: 200 } }, { signal }),
  })

export const datasetVersionQuery = (project: string, dataset: string, version: string) =>
  queryOptions({
    queryKey: ['datasets', project, dataset, 'versions', version],
    queryFn: ({ signal }) =>
      client.datasetVersions.get({ params: { project, dataset, version } }, { signal }),
  })

export const datasetRowsQuery = (project: string, dataset: string, version: string, offset: number) =>
  queryOptions({
    queryKey: ['datasets', project, dataset, 'versions', version, 'rows', offset],
    queryFn: ({ signal }) =>
      client.datasetVersions.rows(
        { params: { project, dataset, version }, query: { limit: 50, offset } },
        { signal },
      ),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const datasetChecksQuery = (project: string, dataset: string, version: string) =>
  queryOptions({
    queryKey: ['datasets', project, dataset, 'versions', version, 'checks'],
    queryFn: ({ signal }) =>
      client.datasetVersions.checks({ params: { project, dataset, version } }, { signal }),
  })

export const experimentQuery = (project: string, experiment: string) =>
  queryOptions({
    queryKey: ['experiments', project, 'one', experiment],
    queryFn: ({ signal }) => client.experiments.get({ params: { project, experiment } }, { signal }),
  })

export const experimentsQuery = (project: string, deleted = false) =>
  queryOptions({
    queryKey: ['experiments', project, deleted],
    queryFn: ({ signal }) =>
      client.experiments.list(
        { params: { project }, query: { limit: 500, ...(deleted ? { deleted } : {}) } },
        { signal },
      ),
  })

export interface RunSearch {
  experiment?: string | undefined
  filter?: string | undefined
  order?: string | undefined
}

export const runsQuery = (project: string, search: RunSearch, cursor?: string) =>
  queryOptions({
    queryKey: ['runs', project, 'list', search, cursor],
    queryFn: ({ signal }) =>
      client.runs.list(
        { params: { project }, query: { limit: 100, ...given({ ...search, cursor }) } },
        { signal },
      ),
  })

export const runQuery = (project: string, run: string) =>
  queryOptions({
    queryKey: ['runs', project, run],
    queryFn: ({ signal }) => client.runs.get({ params: { project, run } }, { signal }),
    refetchInterval: (query) => (query.state.data?.status === 'running' ? 4_000 : false),
  })

export const registeredQuery = (project: string, run: string) =>
  queryOptions({
    queryKey: ['models', project, 'of-run', run],
    queryFn: ({ signal }) => client.models.ofRun({ params: { project, run } }, { signal }),
  })

export const modelQuery = (project: string, model: string) =>
  queryOptions({
    queryKey: ['models', project, model],
    queryFn: ({ signal }) => client.models.get({ params: { project, model } }, { signal }),
  })

export const modelVersionsQuery = (project: string, model: string) =>
  queryOptions({
    queryKey: ['models', project, model, 'versions'],
    queryFn: ({ signal }) =>
      client.models.versions({ params: { project, model }, query: { limit: 200 } }, { signal }),
  })

export const modelVersionQuery = (project: string, model: string, version: string) =>
  queryOptions({
    queryKey: ['models', project, model, 'versions', version],
    queryFn: ({ signal }) => client.models.version({ params: { project, model, version } }, { signal }),
  })

export const compareQuery = (project: string, model: string, a: string, b: string) =>
  queryOptions({
    queryKey: ['models', project, model, 'compare', a, b],
    queryFn: ({ signal }) =>
      client.models.compare({ params: { project, model }, query: { a, b } }, { signal }),
  })

export const deploymentsQuery = (project: string) =>
  queryOptions({
    queryKey: ['deployments', project],
    queryFn: ({ signal }) => client.deployments.list({ params: { project } }, { signal }),
    refetchInterval: 10_000,
  })

export const deploymentQuery = (project: string, deployment: string) =>
  queryOptions({
    queryKey: ['deployments', project, deployment],
    queryFn: ({ signal }) => client.deployments.get({ params: { project, deployment } }, { signal }),
    refetchInterval: 5_000,
  })

export const trafficQuery = (project: string, deployment: string, minutes: number) =>
  queryOptions({
    queryKey: ['deployments', project, deployment, 'traffic', minutes],
    queryFn: ({ signal }) =>
      client.deployments.traffic({ params: { project, deployment }, query: { minutes } }, { signal }),
    refetchInterval: 10_000,
  })

export const rolloutsQuery = (project: string, deployment: string) =>
  queryOptions({
    queryKey: ['deployments', project, deployment, 'rollouts'],
    queryFn: ({ signal }) =>
      client.rollouts.list({ params: { project, deployment }, query: { limit: 20 } }, { signal }),
  })

export const predictionsQuery = (project: string, deployment: string) =>
  queryOptions({
    queryKey: ['predictions', project, deployment],
    queryFn: ({ signal }) =>
      client.predictions.list({ params: { project, deployment }, query: { limit: 30 } }, { signal }),
    refetchInterval: 10_000,
  })

export const coverageQuery = (project: string, deployment: string) =>
  queryOptions({
    queryKey: ['predictions', project, deployment, 'coverage'],
    queryFn: ({ signal }) =>
      client.labels.coverage({ params: { project, deployment }, query: { hours: 24 } }, { signal }),
    refetchInterval: 15_000,
  })

export const lineMonitorsQuery = (project: string, lineId: string) =>
  queryOptions({
    queryKey: ['monitoring', project, 'line', lineId],
    queryFn: ({ signal }) =>
      client.monitors.list({ params: { project }, query: { line_id: lineId } }, { signal }),
  })

export const monitorQuery = (project: string, monitor: string) =>
  queryOptions({
    queryKey: ['monitoring', project, monitor],
    queryFn: ({ signal }) => client.monitors.get({ params: { project, monitor } }, { signal }),
  })

export const driftQuery = (project: string, monitor: string) =>
  queryOptions({
    queryKey: ['monitoring', project, monitor, 'drift'],
    queryFn: ({ signal }) =>
      client.monitors.drift({ params: { project, monitor }, query: { limit: 200 } }, { signal }),
    refetchInterval: 10_000,
  })

export const performanceQuery = (project: string, monitor: string) =>
  queryOptions({
    queryKey: ['monitoring', project, monitor, 'performance'],
    queryFn: ({ signal }) =>
      client.monitors.performance({ params: { project, monitor }, query: { limit: 200 } }, { signal }),
    refetchInterval: 10_000,
  })

export const alertsQuery = (project: string, state?: 'open' | 'acknowledged' | 'resolved') =>
  queryOptions({
    queryKey: ['alerts', project, 'list', state],
    queryFn: ({ signal }) =>
      client.alerts.list({ params: { project }, query: { limit: 100, ...given({ state }) } }, { signal }),
    refetchInterval: 20_000,
  })

export const alertQuery = (project: string, alert: string) =>
  queryOptions({
    queryKey: ['alerts', project, alert],
    queryFn: ({ signal }) => client.alerts.get({ params: { project, alert } }, { signal }),
  })

export const channelsQuery = (project: string) =>
  queryOptions({
    queryKey: ['channels', project],
    queryFn: ({ signal }) => client.channels.list({ params: { project } }, { signal }),
  })

export const membersQuery = (project: string) =>
  queryOptions({
    queryKey: ['members', project],
    queryFn: ({ signal }) => client.members.list({ params: { project } }, { signal }),
  })

export const grantsQuery = (project: string) =>
  queryOptions({
    queryKey: ['grants', project],
    queryFn: ({ signal }) => client.grants.list({ params: { project } }, { signal }),
  })

export const webhooksQuery = (project: string) =>
  queryOptions({
    queryKey: ['webhooks', project],
    queryFn: ({ signal }) => client.webhooks.list({ params: { project }, query: { limit: 200 } }, { signal }),
  })

export const webhookDeliveriesQuery = (project: string) =>
  queryOptions({
    queryKey: ['webhooks', project, 'deliveries'],
    queryFn: ({ signal }) =>
      client.webhooks.deliveries({ params: { project }, query: { limit: 50 } }, { signal }),
  })

export const projectTokensQuery = (project: string) =>
  queryOptions({
    queryKey: ['tokens', project],
    queryFn: ({ signal }) => client.tokens.listForProject({ params: { project } }, { signal }),
  })

export const ownTokensQuery = () =>
  queryOptions({ queryKey: ['tokens'], queryFn: ({ signal }) => client.tokens.list({}, { signal }) })

export interface AuditSearch {
  action?: string | undefined
  actor?: string | undefined
  cursor?: string | undefined
}

export const auditQuery = (project: string, search: AuditSearch) =>
  queryOptions({
    queryKey: ['audit', project, search],
    queryFn: ({ signal }) =>
      client.audit.list({ params: { project }, query: { limit: 100, ...given(search) } }, { signal }),
  })

export const viewsQuery = (project: string, page: string) =>
  queryOptions({
    queryKey: ['views', project, page],
    queryFn: ({ signal }) => client.views.list({ params: { project }, query: { page } }, { signal }),
  })

export const runModelsQuery = (project: string, run: string) =>
  queryOptions({
    queryKey: ['runs', project, run, 'models'],
    queryFn: ({ signal }) => client.runs.models({ params: { project, run } }, { signal }),
  })

/** The runs that name this one as their parent, the newest first. */
export const childRunsQuery = (project: string, run: string) =>
  queryOptions({
    queryKey: ['runs', project, run, 'children'],
    queryFn: ({ signal }) =>
      client.runTable.rows(
        { params: { project }, body: { filter: `tags.\`mlflow.parentRunId\` = '${run}'`, limit: 200 } },
        { signal },
      ),
  })

/** One directory of the files of a run, logged model or model version (`runs/<id>`, …). */
export const artifactListQuery = (project: string, of: string, path: string) =>
  queryOptions({
    queryKey: ['runs', project, 'files', of, path],
    queryFn: ({ signal }) =>
      client.artifacts.list(
        { params: { project }, query: { of, ...given({ path: path === '' ? undefined : path }) } },
        { signal },
      ),
  })

export const previewQuery = (
  project: string,
  of: string,
  path: string,
  part: { offset?: number; limit?: number; as?: 'text' | 'table' } = {},
) =>
  queryOptions({
    queryKey: ['runs', project, 'files', of, path, 'preview', part],
    queryFn: ({ signal }) =>
      client.artifacts.preview({ params: { project }, query: { of, path, ...part } }, { signal }),
    staleTime: 60_000,
  })

export const seriesQuery = (project: string, wanted: SeriesQuery) =>
  queryOptions({
    queryKey: ['runs', project, 'series', wanted],
    queryFn: ({ signal }) => client.series.query({ params: { project }, body: wanted }, { signal }),
  })

/** Which runs a table shows, in which order. */
export interface TableSearch {
  experiments?: string[]
  filter?: string
  order?: string
  deleted?: boolean
}

export const runCountQuery = (project: string, search: Omit<TableSearch, 'order'>) =>
  queryOptions({
    queryKey: ['runs', project, 'count', search],
    queryFn: ({ signal }) => client.runTable.count({ params: { project }, body: search }, { signal }),
    // Points that are logged give no hint; what runs is looked at again by itself.
    refetchInterval: (query) => ((query.state.data?.running ?? 0) > 0 ? 10_000 : false),
  })

export const groupsQuery = (
  project: string,
  search: Omit<TableSearch, 'order'>,
  by: string,
  metrics: string[],
) =>
  queryOptions({
    queryKey: ['runs', project, 'groups', search, by, metrics],
    queryFn: ({ signal }) =>
      client.runTable.groups({ params: { project }, body: { ...search, by, metrics } }, { signal }),
  })

export const runKeysQuery = (project: string, experiment: string | undefined) =>
  queryOptions({
    queryKey: ['run-keys', project, experiment],
    queryFn: ({ signal }) =>
      client.runTable.keys({ params: { project }, query: given({ experiment }) }, { signal }),
    staleTime: 60_000,
  })

export const runValuesQuery = (project: string, experiment: string | undefined, of: string, prefix: string) =>
  queryOptions({
    queryKey: ['run-keys', project, experiment, of, prefix],
    queryFn: ({ signal }) =>
      client.runTable.values(
        { params: { project }, query: { of, prefix, ...given({ experiment }) } },
        { signal },
      ),
    staleTime: 30_000,
  })

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Leaves out what is undefined: an absent part of the URL is an absent part of the query. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>
}
