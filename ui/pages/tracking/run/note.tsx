import { Button, Group, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import design from '../../../design/design.module.css'
import { Failure } from '../../../design/failure.tsx'
import { Markdown } from '../../../design/markdown.tsx'
import { Panel } from '../../../design/panel.tsx'

/** The tag in which MLflow's clients keep a note. */
export const noteTag = 'mlflow.note.content'

/** What people wrote down about a run or an experiment, as Markdown. */
export function Note(props: {
  text: string
  may: boolean
  span?: 5 | 7
  /** Keeps the text; null when it is empty. */
  save: (text: string | null) => Promise<unknown>
}) {
  const [draft, setDraft] = useState<string>()
  const save = useMutation({
    mutationFn: (text: string) => props.save(text.trim() === '' ? null : text),
    onSuccess: () => setDraft(undefined),
  })
  const editing = draft !== undefined
  return (
    <Panel
      title="Notes"
      {...(props.span === undefined ? {} : { span: props.span })}
      actions={
        props.may && !editing ? (
          <Button size="compact-xs" variant="subtle" onClick={() => setDraft(props.text)}>
            {props.text === '' ? 'Write' : 'Edit'}
          </Button>
        ) : null
      }
    >
      {editing ? (
        <form
          style={{ display: 'grid', gap: 8 }}
          onSubmit={(event) => {
            event.preventDefault()
            save.mutate(draft)
          }}
        >
          <Textarea
            aria-label="Notes"
            description="Markdown"
            inputWrapperOrder={['input', 'description']}
            autosize
            minRows={4}
            maxRows={18}
            value={draft}
            data-autofocus
            onChange={(event) => setDraft(event.currentTarget.value)}
          />
          {save.error ? <Failure error={save.error} /> : null}
          <Group gap={8}>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
            <Button variant="default" onClick={() => setDraft(undefined)}>
              Cancel
            </Button>
          </Group>
        </form>
      ) : props.text === '' ? (
        <span className={design.muted}>None.</span>
      ) : (
        <Markdown text={props.text} />
      )}
    </Panel>
  )
}
