import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { SubjectType } from '../../src/contract/notes.ts'
import { client } from './client.ts'

export interface SubjectRef {
  readonly type: SubjectType
  readonly id: string
}

export const commentsQuery = (project: string, subject: SubjectRef) =>
  queryOptions({
    queryKey: ['comments', project, subject],
    queryFn: ({ signal }) =>
      client.comments.list(
        {
          params: { project },
          query: { subject_type: subject.type, subject_id: subject.id, limit: 1000 },
        },
        { signal },
      ),
  })

export const inboxQuery = (project: string) =>
  infiniteQueryOptions({
    queryKey: ['inbox', project, 'list'],
    queryFn: ({ signal, pageParam }) =>
      client.inbox.list(
        { params: { project }, query: { limit: 30, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

/** How many mentions nobody has looked at; for the sidebar. */
export const unreadQuery = (project: string) =>
  queryOptions({
    queryKey: ['inbox', project, 'unread'],
    queryFn: ({ signal }) =>
      client.inbox.list({ params: { project }, query: { limit: 1, unread: true } }, { signal }),
    select: (found) => found.unread,
  })

export const reportsQuery = (project: string) =>
  queryOptions({
    queryKey: ['reports', project],
    queryFn: ({ signal }) => client.reports.list({ params: { project }, query: { limit: 200 } }, { signal }),
  })

export const reportQuery = (project: string, report: string, version?: number) =>
  queryOptions({
    queryKey: ['reports', project, report, version],
    queryFn: ({ signal }) =>
      client.reports.get(
        { params: { project, report }, query: version === undefined ? {} : { version } },
        { signal },
      ),
  })

export const reportVersionsQuery = (project: string, report: string) =>
  queryOptions({
    queryKey: ['reports', project, report, 'versions'],
    queryFn: ({ signal }) => client.reports.versions({ params: { project, report } }, { signal }),
  })
