import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { experimentsQuery } from '../api/queries.ts'
import {
  evaluationDatasetQuery,
  evaluationDatasetRecordsQuery,
  evaluationDatasetsQuery,
  evaluationQuery,
  evaluationRecordsQuery,
  evaluationsQuery,
  traceQuery,
} from '../api/trace-queries.ts'
import { project } from './places.tsx'
import { oneOf, text } from './search.ts'

const traces = createRoute({
  getParentRoute: () => project,
  path: 'traces',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'experiment'),
    ...text(search, 'find'),
    ...oneOf(search, 'state', ['all', 'ok', 'error', 'in_progress']),
    ...text(search, 'order'),
    ...text(search, 'cursor'),
  }),
  loader: ({ context, params }) => context.queries.ensureQueryData(experimentsQuery(params.project)),
  component: lazyRouteComponent(() => import('../pages/traces/traces.tsx'), 'TracesPage'),
})

const trace = createRoute({
  getParentRoute: () => project,
  path: 'traces/$trace',
  validateSearch: (search: Record<string, unknown>) => text(search, 'span'),
  loader: ({ context, params }) => context.queries.ensureQueryData(traceQuery(params.project, params.trace)),
  component: lazyRouteComponent(() => import('../pages/traces/trace.tsx'), 'TracePage'),
})

const evaluations = createRoute({
  getParentRoute: () => project,
  path: 'evaluations',
  validateSearch: (search: Record<string, unknown>) => oneOf(search, 'tab', ['runs', 'datasets']),
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => {
    if (deps.tab === 'datasets') {
      await context.queries.ensureQueryData(evaluationDatasetsQuery(params.project))
    } else await context.queries.ensureQueryData(evaluationsQuery(params.project))
  },
  component: lazyRouteComponent(() => import('../pages/evaluation/evaluations.tsx'), 'EvaluationsPage'),
})

const evaluation = createRoute({
  getParentRoute: () => project,
  path: 'evaluations/$run',
  validateSearch: (search: Record<string, unknown>) => text(search, 'cursor'),
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => {
    await Promise.all([
      context.queries.ensureQueryData(evaluationQuery(params.project, params.run)),
      context.queries.ensureQueryData(evaluationRecordsQuery(params.project, params.run, deps.cursor)),
    ])
  },
  component: lazyRouteComponent(() => import('../pages/evaluation/evaluation.tsx'), 'EvaluationPage'),
})

const evaluationDataset = createRoute({
  getParentRoute: () => project,
  path: 'evaluation-datasets/$dataset',
  validateSearch: (search: Record<string, unknown>) => text(search, 'cursor'),
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => {
    const { project, dataset } = params
    await Promise.all([
      context.queries.ensureQueryData(evaluationDatasetQuery(project, dataset)),
      context.queries.ensureQueryData(evaluationDatasetRecordsQuery(project, dataset, deps.cursor)),
    ])
  },
  component: lazyRouteComponent(() => import('../pages/evaluation/dataset.tsx'), 'EvaluationDatasetPage'),
})

export const traceRoutes = [traces, trace, evaluations, evaluation, evaluationDataset] as const
