import { Button, Group } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Comment } from '../../../src/contract/notes.ts'
import { client } from '../../api/client.ts'
import { commentsQuery, type SubjectRef } from '../../api/note-queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Failure } from '../../design/failure.tsx'
import { Markdown } from '../../design/markdown.tsx'
import { Panel } from '../../design/panel.tsx'
import { Ago } from '../../design/time.tsx'
import { MentionField } from './mention-field.tsx'
import classes from './notes.module.css'

/** What people say about one thing, and where to say more. */
export function Comments(props: { project: string; subject: SubjectRef; span?: 5 | 7 }) {
  const { project, subject } = props
  const may = useMay(project, 'notes:write')
  const { data, error } = useQuery(commentsQuery(project, subject))
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const refresh = () => queries.invalidateQueries({ queryKey: ['comments', project] })
  const say = useMutation({
    mutationFn: () =>
      client.comments.create({
        params: { project },
        body: { subject_type: subject.type, subject_id: subject.id, body: text },
      }),
    onSuccess: async () => {
      setText('')
      await refresh()
    },
  })
  const send = () => {
    if (text.trim() !== '' && !say.isPending) say.mutate()
  }
  const said = data?.comments ?? []
  return (
    <Panel
      title="Comments"
      note={said.length === 0 ? '' : String(said.length)}
      {...(props.span === undefined ? {} : { span: props.span })}
    >
      {error ? <Failure error={error} /> : null}
      {said.length === 0 && !may ? <p className={classes.quiet}>None.</p> : null}
      <ol className={classes.comments}>
        {said.map((comment) => (
          <Said key={comment.id} project={project} comment={comment} refresh={refresh} />
        ))}
      </ol>
      {may ? (
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault()
            send()
          }}
        >
          <MentionField
            project={project}
            label="Comment"
            placeholder="Say something; @ mentions a member"
            value={text}
            onValue={setText}
            onSend={send}
          />
          {say.error ? <Failure error={say.error} /> : null}
          <div>
            <Button type="submit" variant="default" disabled={text.trim() === ''} loading={say.isPending}>
              Comment
            </Button>
          </div>
        </form>
      ) : null}
    </Panel>
  )
}

function Said(props: { project: string; comment: Comment; refresh: () => Promise<unknown> }) {
  const { project, comment, refresh } = props
  const [draft, setDraft] = useState<string>()
  const at = { params: { project, comment: comment.id } }
  const save = useMutation({
    mutationFn: (body: string) => client.comments.update({ ...at, body: { body } }),
    onSuccess: async () => {
      setDraft(undefined)
      await refresh()
    },
  })
  const remove = useMutation({ mutationFn: () => client.comments.delete(at), onSuccess: refresh })
  const send = () => {
    if (draft !== undefined && draft.trim() !== '') save.mutate(draft)
  }
  return (
    <li id={`comment-${comment.id}`}>
      <header>
        <strong>{comment.author}</strong>
        <Ago at={comment.created_at} />
        {comment.edited_at === null ? null : <span>edited</span>}
        {comment.own && draft === undefined ? (
          <Group gap={2} ml="auto">
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setDraft(comment.body)}>
              Edit
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              color="red"
              loading={remove.isPending}
              onClick={() => remove.mutate()}
            >
              Delete
            </Button>
          </Group>
        ) : null}
      </header>
      {draft === undefined ? (
        <Markdown text={comment.body} />
      ) : (
        <div className={classes.form}>
          <MentionField
            project={project}
            label="Changed comment"
            value={draft}
            onValue={setDraft}
            onSend={send}
          />
          <Group gap={8}>
            <Button variant="default" loading={save.isPending} onClick={send}>
              Save
            </Button>
            <Button variant="subtle" color="gray" onClick={() => setDraft(undefined)}>
              Cancel
            </Button>
          </Group>
        </div>
      )}
      {save.error || remove.error ? <Failure error={save.error ?? remove.error} /> : null}
    </li>
  )
}
