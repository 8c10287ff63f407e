import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Run } from '../../../src/contract/runs.ts'
import { client } from '../../api/client.ts'

/** So many ids fit into one filter. */
const perQuery = 100
export const mostRuns = 300

/** The runs of these ids in their order; those that are deleted or never were are left out. */
export const comparedRunsQuery = (project: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: ['runs', project, 'compared', ids],
    queryFn: async ({ signal }) => {
      const found = new Map<string, Run>()
      for (let at = 0; at < ids.length; at += perQuery) {
        const some = ids.slice(at, at + perQuery).map((id) => `'${id}'`)
        const filter = `attributes.run_id IN (${some.join(', ')})`
        const page = await client.runs.list(
          { params: { project }, query: { filter, limit: perQuery } },
          { signal },
        )
        for (const run of page.runs) found.set(run.id, run)
      }
      return ids.flatMap((id) => found.get(id) ?? [])
    },
    refetchInterval: (query) => (query.state.data?.some((run) => run.status === 'running') ? 10_000 : false),
  })

export function useRuns(project: string, ids: readonly string[]) {
  return useQuery({ ...comparedRunsQuery(project, ids), enabled: ids.length > 0 })
}

/** The ids in the URL: each once, none that is no id, no more than can be compared. */
export function idsOf(text: string | undefined): string[] {
  const ids = (text ?? '').split(',').filter((id) => /^[0-9a-f]{32}$/.test(id))
  return [...new Set(ids)].slice(0, mostRuns)
}
