import { queryOptions } from '@tanstack/react-query'
import type { SpanRow } from '../../src/contract/traces.ts'
import { client } from './client.ts'

/** What a reader asks of the list of traces, as it stands in the URL. */
export interface TracesSearch {
  readonly experiment?: string | undefined
  readonly filter?: string | undefined
  readonly order?: string | undefined
  readonly cursor?: string | undefined
}

export const tracesQuery = (project: string, search: TracesSearch) =>
  queryOptions({
    queryKey: ['traces', project, 'list', search],
    queryFn: ({ signal }) =>
      client.traces.list({ params: { project }, query: { limit: 50, ...given(search) } }, { signal }),
    refetchInterval: search.cursor === undefined ? 15_000 : false,
  })

export const traceActivityQuery = (project: string, search: Pick<TracesSearch, 'experiment' | 'filter'>) =>
  queryOptions({
    queryKey: ['traces', project, 'activity', search.experiment, search.filter],
    queryFn: ({ signal }) =>
      client.traces.activity({ params: { project }, query: { hours: 24, ...given(search) } }, { signal }),
    refetchInterval: 30_000,
  })

export const traceQuery = (project: string, trace: string) =>
  queryOptions({
    queryKey: ['traces', project, 'one', trace],
    queryFn: ({ signal }) => client.traces.get({ params: { project, trace } }, { signal }),
    refetchInterval: (query) => (query.state.data?.state === 'in_progress' ? 2000 : false),
  })

/** All spans of a trace, however many, in pages. `count` makes them out of date when more have arrived. */
export const spansQuery = (project: string, trace: string, count: number) =>
  queryOptions({
    queryKey: ['spans', project, trace, count],
    queryFn: async ({ signal }) => {
      const spans: SpanRow[] = []
      let cursor: string | undefined
      do {
        const page = await client.traces.spans(
          { params: { project, trace }, query: { limit: 10_000, ...given({ cursor }) } },
          { signal },
        )
        spans.push(...page.spans)
        cursor = page.next
      } while (cursor !== undefined)
      return spans
    },
    staleTime: Number.POSITIVE_INFINITY,
  })

export const spanQuery = (project: string, trace: string, span: string) =>
  queryOptions({
    queryKey: ['spans', project, trace, 'one', span],
    queryFn: ({ signal }) => client.traces.span({ params: { project, trace, span } }, { signal }),
    staleTime: 60_000,
  })

export const evaluationsQuery = (project: string) =>
  queryOptions({
    queryKey: ['traces', project, 'evaluations'],
    queryFn: ({ signal }) =>
      client.evaluations.list({ params: { project }, query: { limit: 100 } }, { signal }),
  })

export const evaluationQuery = (project: string, run: string) =>
  queryOptions({
    queryKey: ['traces', project, 'evaluations', run],
    queryFn: ({ signal }) => client.evaluations.get({ params: { project, run } }, { signal }),
  })

export const evaluationRecordsQuery = (project: string, run: string, cursor?: string) =>
  queryOptions({
    queryKey: ['traces', project, 'evaluations', run, 'records', cursor],
    queryFn: ({ signal }) =>
      client.evaluations.records(
        { params: { project, run }, query: { limit: 100, ...given({ cursor }) } },
        { signal },
      ),
  })

export const evaluationDatasetsQuery = (project: string) =>
  queryOptions({
    queryKey: ['evaluationDatasets', project],
    queryFn: ({ signal }) =>
      client.evaluationDatasets.list({ params: { project }, query: { limit: 200 } }, { signal }),
  })

export const evaluationDatasetQuery = (project: string, dataset: string) =>
  queryOptions({
    queryKey: ['evaluationDatasets', project, dataset],
    queryFn: ({ signal }) => client.evaluationDatasets.get({ params: { project, dataset } }, { signal }),
  })

export const evaluationDatasetRecordsQuery = (project: string, dataset: string, cursor?: string) =>
  queryOptions({
    queryKey: ['evaluationDatasets', project, dataset, 'records', cursor],
    queryFn: ({ signal }) =>
      client.evaluationDatasets.records(
        { params: { project, dataset }, query: { limit: 100, ...given({ cursor }) } },
        { signal },
      ),
  })

function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
