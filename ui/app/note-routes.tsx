import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
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

export const noteRoutes = [compare] as const
