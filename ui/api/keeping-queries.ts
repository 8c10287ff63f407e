import { queryOptions } from '@tanstack/react-query'
import { client } from './client.ts'

/** The holds in force; or with those that were released. */
export const holdsQuery = (project: string, released = false) =>
  queryOptions({
    queryKey: ['holds', project, released],
    queryFn: ({ signal }) =>
      client.holds.list(
        { params: { project }, query: { limit: 500, ...(released ? { released } : {}) } },
        { signal },
      ),
  })

export const retentionQuery = (project: string) =>
  queryOptions({
    queryKey: ['retention', project],
    queryFn: ({ signal }) => client.retention.get({ params: { project } }, { signal }),
  })

export const sweepsQuery = () =>
  queryOptions({
    queryKey: ['sweeps'],
    queryFn: ({ signal }) => client.sweeps.list({}, { signal }),
    refetchInterval: (query) =>
      query.state.data?.sweeps.some((sweep) => sweep.state === 'running') ? 1_000 : false,
  })
