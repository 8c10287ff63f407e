import { Button } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Mention, Subject } from '../../../src/contract/notes.ts'
import { client } from '../../api/client.ts'
import { inboxQuery } from '../../api/note-queries.ts'
import { Empty, Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { TextLink } from '../../design/go.tsx'
import { Markdown } from '../../design/markdown.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { Ago } from '../../design/time.tsx'
import { plural } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import classes from './notes.module.css'

const route = getRouteApi('/signed-in/projects/$project/inbox')

/** The comments that mention the reader. */
export function InboxPage() {
  const { project } = route.useParams()
  const queries = useQueryClient()
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    inboxQuery(project),
  )
  const mentions = data?.pages.flatMap((page) => page.mentions) ?? []
  const unread = data?.pages[0]?.unread ?? 0
  const read = useMutation({
    mutationFn: (comments: string[] | undefined) =>
      client.inbox.read({ params: { project }, body: comments === undefined ? {} : { comments } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['inbox', project] }),
  })
  return (
    <Page
      title="Inbox"
      lede={
        unread === 0 ? 'Where others mention you.' : `${plural(unread, 'mention')} that you have not read.`
      }
      actions={
        unread === 0 ? null : (
          <Button variant="default" loading={read.isPending} onClick={() => read.mutate(undefined)}>
            Mark all as read
          </Button>
        )
      }
    >
      {error ? <Failure error={error} /> : null}
      {data === undefined && !error ? <Nothing>Reading…</Nothing> : null}
      {data !== undefined && mentions.length === 0 ? (
        <Empty icon="inbox" title="Nobody has mentioned you">
          Comments on runs, versions and reports that name you with @ stand here.
        </Empty>
      ) : null}
      {mentions.length === 0 ? null : (
        <Panel flush>
          <ol className={classes.mentions}>
            {mentions.map((mention) => (
              <Mentioned
                key={mention.comment.id}
                project={project}
                mention={mention}
                onRead={() => read.mutate([mention.comment.id])}
              />
            ))}
          </ol>
        </Panel>
      )}
      {hasNextPage ? (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older
        </Button>
      ) : null}
    </Page>
  )
}

function Mentioned({ project, mention, onRead }: { project: string; mention: Mention; onRead: () => void }) {
  const { comment, subject, read } = mention
  return (
    <li data-read={read}>
      <header>
        <strong>{comment.author}</strong> on{' '}
        <TextLink to={placeOf(project, subject)}>{subject.title}</TextLink>
        <Ago at={comment.created_at} />
        {read ? null : (
          <Button size="compact-xs" variant="subtle" ml="auto" onClick={onRead}>
            Mark as read
          </Button>
        )}
      </header>
      <Markdown text={comment.body} />
    </li>
  )
}

function placeOf(project: string, subject: Subject): string {
  if (subject.type === 'run') return paths.run(project, subject.id)
  if (subject.type === 'report') return paths.report(project, subject.id)
  if (subject.model !== undefined && subject.version !== undefined)
    return paths.modelVersion(project, subject.model, subject.version)
  return paths.model(project, subject.model ?? subject.id)
}
