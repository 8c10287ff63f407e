import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import {
  compareQuery,
  modelQuery,
  modelsQuery,
  modelVersionQuery,
  modelVersionsQuery,
} from '../api/queries.ts'
import { project } from './places.tsx'
import { text } from './search.ts'

const models = createRoute({
  getParentRoute: () => project,
  path: 'models',
  loader: ({ context, params }) => context.queries.ensureQueryData(modelsQuery(params.project)),
  component: lazyRouteComponent(() => import('../pages/registry/models.tsx'), 'ModelsPage'),
})

const model = createRoute({
  getParentRoute: () => project,
  path: 'models/$model',
  validateSearch: (search: Record<string, unknown>) => ({ ...text(search, 'a'), ...text(search, 'b') }),
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => {
    await Promise.all([
      context.queries.ensureQueryData(modelQuery(params.project, params.model)),
      context.queries.ensureQueryData(modelVersionsQuery(params.project, params.model)),
      deps.a &&
        deps.b &&
        context.queries.prefetchQuery(compareQuery(params.project, params.model, deps.a, deps.b)),
    ])
  },
  component: lazyRouteComponent(() => import('../pages/registry/model.tsx'), 'ModelPage'),
})

const modelVersion = createRoute({
  getParentRoute: () => project,
  path: 'models/$model/versions/$version',
  loader: ({ context, params }) =>
    context.queries.ensureQueryData(modelVersionQuery(params.project, params.model, params.version)),
  component: lazyRouteComponent(() => import('../pages/registry/version.tsx'), 'ModelVersionPage'),
})

export const modelRoutes = [models, model, modelVersion] as const
