import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { compareQuery, modelQuery, modelVersionQuery, modelVersionsQuery } from '../api/queries.ts'
import { project } from './places.tsx'
import { number, oneOf, text } from './search.ts'

const models = createRoute({
  getParentRoute: () => project,
  path: 'models',
  validateSearch: (search: Record<string, unknown>) => text(search, 'search'),
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
  validateSearch: (search: Record<string, unknown>) =>
    oneOf(search, 'tab', ['overview', 'evaluations', 'lineage', 'files'] as const),
  loader: ({ context, params }) =>
    context.queries.ensureQueryData(modelVersionQuery(params.project, params.model, params.version)),
  component: lazyRouteComponent(() => import('../pages/registry/version.tsx'), 'ModelVersionPage'),
})

const prompts = createRoute({
  getParentRoute: () => project,
  path: 'prompts',
  validateSearch: (search: Record<string, unknown>) => text(search, 'search'),
  component: lazyRouteComponent(() => import('../pages/prompts/prompts.tsx'), 'PromptsPage'),
})

const prompt = createRoute({
  getParentRoute: () => project,
  path: 'prompts/$prompt',
  validateSearch: (search: Record<string, unknown>) => ({
    ...number(search, 'version'),
    ...number(search, 'against'),
  }),
  loader: ({ context, params }) =>
    Promise.all([
      context.queries.ensureQueryData(modelQuery(params.project, params.prompt)),
      context.queries.ensureQueryData(modelVersionsQuery(params.project, params.prompt)),
    ]),
  component: lazyRouteComponent(() => import('../pages/prompts/prompt.tsx'), 'PromptPage'),
})

export const modelRoutes = [models, model, modelVersion, prompts, prompt] as const
