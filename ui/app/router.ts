import { createRouter } from '@tanstack/react-router'
import { base } from '../api/client.ts'
import { queryClient } from '../api/query-client.ts'
import { Loading } from '../design/loading.tsx'
import { routes } from './routes.tsx'
import { NotFound, Trouble } from './trouble.tsx'

export const router = createRouter({
  routeTree: routes,
  basepath: base,
  context: { queries: queryClient },
  // Freshness is Query's business: a preloaded page asks it again.
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 300,
  defaultPendingComponent: Loading,
  defaultErrorComponent: Trouble,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
