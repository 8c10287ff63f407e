import { Button, Group, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { useMay } from '../../../api/use-may.ts'
import { Confirm } from '../../../design/confirm.tsx'
import { count, plural } from '../../../format/number.ts'
import { paths } from '../../../paths.ts'
import classes from './runs.module.css'
import type { Selection } from './use-selection.ts'

/** One change may be of so many runs. */
const mostAtOnce = 1000
/** More curves than this are no comparison. */
const mostCompared = 300

interface Change {
  readonly deleted?: boolean
  readonly tags?: Record<string, string | null>
}

/** What can be done with the runs that are selected. */
export function SelectionBar(props: { project: string; selection: Selection; deleted: boolean }) {
  const { project, selection, deleted } = props
  const navigate = useNavigate()
  const queries = useQueryClient()
  const may = useMay(project, 'runs:write')
  const [removing, remove] = useDisclosure(false)
  const [tagging, tag] = useDisclosure(false)
  const ids = [...selection.ids]
  const change = useMutation({
    mutationFn: async (body: Change) => {
      for (let at = 0; at < ids.length; at += mostAtOnce) {
        await client.runTable.change({
          params: { project },
          body: { runs: ids.slice(at, at + mostAtOnce), ...body },
        })
      }
    },
    onSuccess: async (_done, body) => {
      if (body.deleted !== undefined) selection.clear()
      remove.close()
      tag.close()
      await queries.invalidateQueries({ queryKey: ['runs', project] })
    },
  })
  if (ids.length === 0) return null
  const compare = () => navigate({ to: paths.compare(project), search: { runs: ids.join(',') } as never })
  return (
    <div className={classes.bar} role="toolbar" aria-label="Selected runs">
      <strong>{count(ids.length)} selected</strong>
      <Button disabled={ids.length < 2 || ids.length > mostCompared} onClick={compare}>
        Compare
      </Button>
      {!may ? null : deleted ? (
        <Button
          variant="default"
          loading={change.isPending}
          onClick={() => change.mutate({ deleted: false })}
        >
          Restore
        </Button>
      ) : (
        <>
          <Button variant="default" onClick={tag.open}>
            Tag…
          </Button>
          <Button variant="default" color="red" onClick={remove.open}>
            Delete…
          </Button>
        </>
      )}
      <Button variant="subtle" color="gray" onClick={selection.clear}>
        Clear
      </Button>
      {ids.length > mostCompared ? <small>Up to {mostCompared} can be compared.</small> : null}
      <Confirm
        opened={removing}
        close={remove.close}
        title={`Delete ${plural(ids.length, 'run')}?`}
        action="Delete"
        danger
        busy={change.isPending}
        error={change.error}
        onConfirm={() => change.mutate({ deleted: true })}
      >
        They can be restored from the list of deleted runs until retention removes them.
      </Confirm>
      <TagRuns
        opened={tagging}
        close={tag.close}
        runs={ids.length}
        busy={change.isPending}
        error={change.error}
        onTag={(tags) => change.mutate({ tags })}
      />
    </div>
  )
}

function TagRuns(props: {
  opened: boolean
  close: () => void
  runs: number
  busy: boolean
  error: unknown
  onTag: (tags: Record<string, string | null>) => void
}) {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  return (
    <Confirm
      opened={props.opened}
      close={props.close}
      title={`Tag ${plural(props.runs, 'run')}`}
      action={value === '' ? 'Remove the tag' : 'Set the tag'}
      busy={props.busy}
      error={props.error}
      onConfirm={() => props.onTag({ [key.trim()]: value === '' ? null : value })}
    >
      <Group gap={10} grow>
        <TextInput
          label="Tag"
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <TextInput
          label="Value"
          description="Empty removes it."
          inputWrapperOrder={['label', 'input', 'description']}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          autoComplete="off"
        />
      </Group>
    </Confirm>
  )
}
