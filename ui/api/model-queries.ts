import { queryOptions } from '@tanstack/react-query'
import { client } from './client.ts'

/** Registered models, or prompts, whose name holds a text. */
export const registeredModelsQuery = (
  project: string,
  wanted: { search?: string | undefined; prompts: boolean },
) =>
  queryOptions({
    queryKey: ['models', project, 'list', wanted],
    queryFn: ({ signal }) =>
      client.models.list(
        {
          params: { project },
          query: {
            limit: 500,
            prompts: wanted.prompts,
            ...(wanted.search === undefined ? {} : { search: wanted.search }),
          },
        },
        { signal },
      ),
    placeholderData: (before) => before,
  })

export const modelHistoryQuery = (project: string, model: string) =>
  queryOptions({
    queryKey: ['models', project, model, 'history'],
    queryFn: ({ signal }) =>
      client.models.history({ params: { project, model }, query: { limit: 100 } }, { signal }),
  })

export const versionContentsQuery = (project: string, model: string, version: string) =>
  queryOptions({
    queryKey: ['models', project, model, 'versions', version, 'contents'],
    queryFn: ({ signal }) => client.models.contents({ params: { project, model, version } }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
