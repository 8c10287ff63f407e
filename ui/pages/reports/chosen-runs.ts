import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import type { RunChoice } from '../../../src/contract/reports.ts'
import { client } from '../../api/client.ts'
import { comparedRunsQuery } from '../compare/use-runs.ts'

const usualLimit = 20

/** The runs that a block is about, found anew each time it is read. */
const chosenRunsQuery = (project: string, choice: RunChoice) =>
  queryOptions({
    queryKey: ['runs', project, 'chosen', choice],
    queryFn: async ({ signal }) => {
      const { experiment, filter, order, limit = usualLimit } = choice
      const page = await client.runs.list(
        {
          params: { project },
          query: {
            limit,
            ...(experiment ? { experiment } : {}),
            ...(filter ? { filter } : {}),
            ...(order ? { order } : {}),
          },
        },
        { signal },
      )
      return page.runs
    },
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.some((run) => run.status === 'running') ? 10_000 : false),
  })

export function useChosenRuns(project: string, choice: RunChoice) {
  const named = choice.ids !== undefined && choice.ids.length > 0
  const byId = useQuery({ ...comparedRunsQuery(project, choice.ids ?? []), enabled: named })
  const found = useQuery({ ...chosenRunsQuery(project, choice), enabled: !named })
  return named ? byId : found
}
