import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router'
import { sessionQuery } from '../api/queries.ts'
import { isStatus } from '../api/query-client.ts'
import { Shell } from './shell.tsx'

// What all pages stand in: the root, what needs a login, and a project.

export const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet })

export const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData(sessionQuery())
    } catch (thrown) {
      if (!isStatus(thrown, 401)) throw thrown
      throw redirect({ to: '/login', search: { to: location.href } })
    }
  },
  component: Outlet,
})

export const project = createRoute({
  getParentRoute: () => signedIn,
  path: '/projects/$project',
  component: Shell,
})
