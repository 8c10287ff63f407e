import { QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './client.ts'

/** A refusal stays a refusal when asked again; only trouble on the way is worth another try. */
function worthRetrying(failures: number, thrown: Error): boolean {
  const passing = !(thrown instanceof ApiError) || thrown.status === 0 || thrown.status >= 502
  return passing && failures < 2
}

export function isStatus(thrown: unknown, status: number): boolean {
  return thrown instanceof ApiError && thrown.status === status
}

let signedOut = () => {}

/** Says what is to be done when the session has ended meanwhile. */
export function onSignedOut(act: () => void): void {
  signedOut = act
}

const sessionKey = 'session'

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    // The guard of the pages asks for the session itself, and knows where to go without one.
    onError: (thrown, query) => {
      if (isStatus(thrown, 401) && query.queryKey[0] !== sessionKey) signedOut()
    },
  }),
  defaultOptions: {
    queries: { staleTime: 5_000, gcTime: 5 * 60_000, retry: worthRetrying, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
})
