import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { holdsQuery, retentionQuery } from '../api/keeping-queries.ts'
import {
  alertQuery,
  alertsQuery,
  auditQuery,
  channelsQuery,
  datasetChecksQuery,
  datasetQuery,
  datasetRowsQuery,
  datasetsQuery,
  datasetVersionQuery,
  datasetVersionsQuery,
  decisionsQuery,
  deploymentQuery,
  deploymentsQuery,
  experimentsQuery,
  lineQuery,
  linesQuery,
  membersQuery,
  ownTokensQuery,
  pipelineRunQuery,
  projectTokensQuery,
  rolloutsQuery,
  runQuery,
  sessionQuery,
  webhookDeliveriesQuery,
  webhooksQuery,
} from '../api/queries.ts'
import { clientLink } from './client-link.ts'
import { followClientLink } from './follow-client-link.ts'
import { lastProject } from './last-project.ts'
import { modelRoutes } from './model-routes.tsx'
import { noteRoutes } from './note-routes.tsx'
import { project, root, signedIn } from './places.tsx'
import { number, oneOf, text } from './search.ts'
import { traceRoutes } from './trace-routes.tsx'

// The tree of pages. A loader fetches what its page reads; what a reader chose (tab, filter, order) stands in the URL.

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search: Record<string, unknown>) => ({ ...text(search, 'code'), ...text(search, 'to') }),
  component: lazyRouteComponent(() => import('../pages/access/login.tsx'), 'LoginPage'),
})

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  loader: async ({ context, location }) => {
    const me = await context.queries.ensureQueryData(sessionQuery())
    const names = me.projects.map((each) => each.name)
    const link = clientLink(location.hash)
    if (link !== undefined) await followClientLink(context.queries, names, link)
    const project = lastProject(me.projects.map((each) => each.name))
    if (project !== undefined)
      throw redirect({ to: '/projects/$project/lines', params: { project }, replace: true })
  },
  component: lazyRouteComponent(() => import('../pages/access/no-project.tsx'), 'NoProjectPage'),
})

const projectHome = createRoute({
  getParentRoute: () => project,
  path: '/',
  loader: ({ params }) => {
    throw redirect({ to: '/projects/$project/lines', params, replace: true })
  },
})

const lines = createRoute({
  getParentRoute: () => project,
  path: 'lines',
  loader: ({ context, params }) => context.queries.ensureQueryData(linesQuery(params.project)),
  component: lazyRouteComponent(() => import('../pages/lines/lines.tsx'), 'LinesPage'),
})

const line = createRoute({
  getParentRoute: () => project,
  path: 'lines/$line',
  validateSearch: (search: Record<string, unknown>) => ({
    ...number(search, 'cycle'),
    ...text(search, 'step'),
  }),
  loader: async ({ context, params }) => {
    await Promise.all([
      context.queries.ensureQueryData(lineQuery(params.project, params.line)),
      context.queries.prefetchQuery(decisionsQuery(params.project, params.line)),
    ])
  },
  component: lazyRouteComponent(() => import('../pages/lines/line.tsx'), 'LinePage'),
})

const pipelineRun = createRoute({
  getParentRoute: () => project,
  path: 'pipeline-runs/$id',
  validateSearch: (search: Record<string, unknown>) => text(search, 'step'),
  loader: ({ context, params }) =>
    context.queries.ensureQueryData(pipelineRunQuery(params.project, params.id)),
  component: lazyRouteComponent(() => import('../pages/lines/pipeline-run.tsx'), 'PipelineRunPage'),
})

const datasets = createRoute({
  getParentRoute: () => project,
  path: 'datasets',
  loader: ({ context, params }) => context.queries.ensureQueryData(datasetsQuery(params.project)),
  component: lazyRouteComponent(() => import('../pages/data/datasets.tsx'), 'DatasetsPage'),
})

const dataset = createRoute({
  getParentRoute: () => project,
  path: 'datasets/$dataset',
  loader: async ({ context, params }) => {
    await Promise.all([
      context.queries.ensureQueryData(datasetQuery(params.project, params.dataset)),
      context.queries.ensureQueryData(datasetVersionsQuery(params.project, params.dataset)),
    ])
  },
  component: lazyRouteComponent(() => import('../pages/data/dataset.tsx'), 'DatasetPage'),
})

const datasetVersion = createRoute({
  getParentRoute: () => project,
  path: 'datasets/$dataset/versions/$version',
  validateSearch: (search: Record<string, unknown>) => ({
    ...oneOf(search, 'tab', ['profile', 'checks', 'rows']),
    ...number(search, 'offset'),
  }),
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => {
    const { project, dataset, version } = params
    await Promise.all([
      context.queries.ensureQueryData(datasetVersionQuery(project, dataset, version)),
      context.queries.prefetchQuery(datasetChecksQuery(project, dataset, version)),
      deps.tab === 'rows' &&
        context.queries.prefetchQuery(datasetRowsQuery(project, dataset, version, deps.offset ?? 0)),
    ])
  },
  component: lazyRouteComponent(() => import('../pages/data/version.tsx'), 'DatasetVersionPage'),
})

const experiments = createRoute({
  getParentRoute: () => project,
  path: 'experiments',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'find'),
    ...oneOf(search, 'deleted', ['yes']),
    ...text(search, 'experiment'),
  }),
  loaderDeps: ({ search }) => ({ deleted: search.deleted !== undefined }),
  loader: ({ context, params, deps }) =>
    context.queries.ensureQueryData(experimentsQuery(params.project, deps.deleted)),
  component: lazyRouteComponent(() => import('../pages/tracking/experiments.tsx'), 'ExperimentsPage'),
})

const runs = createRoute({
  getParentRoute: () => project,
  path: 'runs',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'experiment'),
    ...text(search, 'filter'),
    ...text(search, 'order'),
    ...text(search, 'columns'),
    ...text(search, 'group'),
    ...oneOf(search, 'deleted', ['yes']),
  }),
  loader: ({ context, params }) => context.queries.ensureQueryData(experimentsQuery(params.project)),
  component: lazyRouteComponent(() => import('../pages/tracking/runs.tsx'), 'RunsPage'),
})

const run = createRoute({
  getParentRoute: () => project,
  path: 'runs/$run',
  validateSearch: (search: Record<string, unknown>) => ({
    ...oneOf(search, 'tab', ['overview', 'charts', 'system', 'artifacts', 'code', 'lineage']),
    ...text(search, 'path'),
    ...text(search, 'of'),
    ...oneOf(search, 'x', ['step', 'time', 'relative']),
    ...number(search, 'smooth'),
    ...oneOf(search, 'log', ['yes']),
    ...text(search, 'find'),
  }),
  loader: ({ context, params }) => context.queries.ensureQueryData(runQuery(params.project, params.run)),
  component: lazyRouteComponent(() => import('../pages/tracking/run.tsx'), 'RunPage'),
})

const deployments = createRoute({
  getParentRoute: () => project,
  path: 'deployments',
  loader: ({ context, params }) => context.queries.ensureQueryData(deploymentsQuery(params.project)),
  component: lazyRouteComponent(() => import('../pages/serving/deployments.tsx'), 'DeploymentsPage'),
})

const deployment = createRoute({
  getParentRoute: () => project,
  path: 'deployments/$deployment',
  validateSearch: (search: Record<string, unknown>) => number(search, 'minutes'),
  loader: async ({ context, params }) => {
    await Promise.all([
      context.queries.ensureQueryData(deploymentQuery(params.project, params.deployment)),
      context.queries.prefetchQuery(rolloutsQuery(params.project, params.deployment)),
    ])
  },
  component: lazyRouteComponent(() => import('../pages/serving/deployment.tsx'), 'DeploymentPage'),
})

const alerts = createRoute({
  getParentRoute: () => project,
  path: 'alerts',
  validateSearch: (search: Record<string, unknown>) =>
    oneOf(search, 'state', ['open', 'acknowledged', 'resolved'] as const),
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => {
    await Promise.all([
      context.queries.ensureQueryData(alertsQuery(params.project, deps.state)),
      context.queries.prefetchQuery(channelsQuery(params.project)),
    ])
  },
  component: lazyRouteComponent(() => import('../pages/monitoring/alerts.tsx'), 'AlertsPage'),
})

const alert = createRoute({
  getParentRoute: () => project,
  path: 'alerts/$alert',
  loader: ({ context, params }) => context.queries.ensureQueryData(alertQuery(params.project, params.alert)),
  component: lazyRouteComponent(() => import('../pages/monitoring/alert.tsx'), 'AlertPage'),
})

const members = createRoute({
  getParentRoute: () => project,
  path: 'members',
  loader: ({ context, params }) => context.queries.ensureQueryData(membersQuery(params.project)),
  component: lazyRouteComponent(() => import('../pages/access/members.tsx'), 'MembersPage'),
})

const tokens = createRoute({
  getParentRoute: () => project,
  path: 'tokens',
  loader: async ({ context, params }) => {
    await Promise.all([
      context.queries.ensureQueryData(ownTokensQuery()),
      context.queries.prefetchQuery(projectTokensQuery(params.project)),
    ])
  },
  component: lazyRouteComponent(() => import('../pages/access/tokens.tsx'), 'TokensPage'),
})

const webhooks = createRoute({
  getParentRoute: () => project,
  path: 'webhooks',
  loader: async ({ context, params }) => {
    await Promise.all([
      context.queries.ensureQueryData(webhooksQuery(params.project)),
      context.queries.ensureQueryData(webhookDeliveriesQuery(params.project)),
    ])
  },
  component: lazyRouteComponent(() => import('../pages/access/webhooks.tsx'), 'WebhooksPage'),
})

const storage = createRoute({
  getParentRoute: () => project,
  path: 'storage',
  loader: async ({ context, params }) => {
    await Promise.all([
      context.queries.ensureQueryData(retentionQuery(params.project)),
      context.queries.ensureQueryData(holdsQuery(params.project)),
    ])
  },
  component: lazyRouteComponent(() => import('../pages/keeping/storage.tsx'), 'StoragePage'),
})

const audit = createRoute({
  getParentRoute: () => project,
  path: 'audit',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'action'),
    ...text(search, 'actor'),
    ...text(search, 'cursor'),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, params, deps }) => context.queries.ensureQueryData(auditQuery(params.project, deps)),
  component: lazyRouteComponent(() => import('../pages/audit/audit.tsx'), 'AuditPage'),
})

export const routes = root.addChildren([
  login,
  signedIn.addChildren([
    home,
    project.addChildren([
      projectHome,
      lines,
      line,
      pipelineRun,
      datasets,
      dataset,
      datasetVersion,
      experiments,
      runs,
      run,
      ...modelRoutes,
      ...traceRoutes,
      ...noteRoutes,
      deployments,
      deployment,
      alerts,
      alert,
      members,
      tokens,
      webhooks,
      storage,
      audit,
    ]),
  ]),
])
