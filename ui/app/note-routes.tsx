import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { reportQuery, reportsQuery } from '../api/note-queries.ts'
import { project } from './places.tsx'
import { number, oneOf, text } from './search.ts'

const compare = createRoute({
  getParentRoute: () => project,
  path: 'compare',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'runs'),
    ...oneOf(search, 'tab', [
      'parallel',
      'scatter',
      'contour',
      'curves',
      'importance',
      'details',
      'code',
      'files',
    ] as const),
    ...text(search, 'axes'),
    ...text(search, 'sx'),
    ...text(search, 'sy'),
    ...text(search, 'sc'),
    ...text(search, 'metric'),
    ...text(search, 'a'),
    ...text(search, 'b'),
    ...text(search, 'find'),
    ...oneOf(search, 'all', ['yes'] as const),
    ...oneOf(search, 'x', ['step', 'relative', 'time'] as const),
    ...number(search, 'smooth'),
    ...oneOf(search, 'log', ['yes'] as const),
  }),
  component: lazyRouteComponent(() => import('../pages/compare/compare.tsx'), 'ComparePage'),
})

const reports = createRoute({
  getParentRoute: () => project,
  path: 'reports',
  loader: ({ context, params }) => context.queries.ensureQueryData(reportsQuery(params.project)),
  component: lazyRouteComponent(() => import('../pages/reports/reports.tsx'), 'ReportsPage'),
})

const report = createRoute({
  getParentRoute: () => project,
  path: 'reports/$report',
  validateSearch: (search: Record<string, unknown>) => ({
    ...number(search, 'version'),
    ...oneOf(search, 'edit', ['yes'] as const),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, params, deps }) =>
    context.queries.ensureQueryData(reportQuery(params.project, params.report, deps.version)),
  component: lazyRouteComponent(() => import('../pages/reports/report.tsx'), 'ReportPage'),
})

const inbox = createRoute({
  getParentRoute: () => project,
  path: 'inbox',
  component: lazyRouteComponent(() => import('../pages/notes/inbox.tsx'), 'InboxPage'),
})

export const noteRoutes = [compare, reports, report, inbox] as const
