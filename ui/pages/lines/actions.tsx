import { ActionIcon, Button, Menu, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { LineDetail } from '../../../src/contract/lines.ts'
import { client } from '../../api/client.ts'
import { lineQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Confirm } from '../../design/confirm.tsx'
import { Icon } from '../../design/icons.tsx'
import { paths } from '../../paths.ts'

/** What a person can have the line do. */
export function LineActions({ project, line }: { project: string; line: LineDetail }) {
  const [asked, ask] = useState<'retrain' | 'delete' | 'pause'>()
  const may = useMay(project, 'lines:write')
  const close = () => ask(undefined)
  const paused = line.desired === 'paused'
  const resume = useLineAction(project, line.name, (params) => client.lines.resume({ params }))
  if (!may) return null
  return (
    <>
      <Button
        leftSection={<Icon name="retraining" size={14} />}
        onClick={() => ask('retrain')}
        disabled={paused}
        title={paused ? 'The line is paused: resume it first.' : undefined}
      >
        Retrain now
      </Button>
      {paused ? (
        <Button
          variant="default"
          leftSection={<Icon name="play" size={13} />}
          onClick={() => resume.mutate(undefined)}
          loading={resume.isPending}
        >
          Resume
        </Button>
      ) : (
        <Button variant="default" leftSection={<Icon name="pause" size={14} />} onClick={() => ask('pause')}>
          Pause
        </Button>
      )}
      <Menu>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label="More actions">
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item color="red" leftSection={<Icon name="trash" size={15} />} onClick={() => ask('delete')}>
            Delete the line…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Retrain project={project} line={line.name} opened={asked === 'retrain'} close={close} />
      <Pause project={project} line={line.name} opened={asked === 'pause'} close={close} />
      <Delete project={project} line={line.name} opened={asked === 'delete'} close={close} />
    </>
  )
}

interface Asked {
  project: string
  line: string
  opened: boolean
  close: () => void
}

function useLineAction<V>(
  project: string,
  line: string,
  act: (params: { project: string; line: string }, input: V) => Promise<LineDetail>,
  done?: () => void,
) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input: V) => act({ project, line }, input),
    onSuccess: async (detail) => {
      queries.setQueryData(lineQuery(project, line).queryKey, detail)
      done?.()
      await queries.invalidateQueries({ queryKey: ['lines', project] })
    },
  })
}

function Retrain({ project, line, opened, close }: Asked) {
  const [reason, setReason] = useState('')
  const retrain = useLineAction(
    project,
    line,
    (params, text: string) => client.lines.retrain({ params, body: text === '' ? {} : { reason: text } }),
    close,
  )
  return (
    <Confirm
      opened={opened}
      close={close}
      title="Retrain now"
      action="Retrain"
      busy={retrain.isPending}
      error={retrain.error}
      onConfirm={() => retrain.mutate(reason.trim())}
    >
      <p style={{ marginBottom: 10 }}>
        A cycle starts on the newest data. The version that comes of it serves only when every gate passes.
      </p>
      <Textarea
        label="Why"
        description="Stays in the line's events and in the audit log."
        maxLength={500}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
    </Confirm>
  )
}

function Pause({ project, line, opened, close }: Asked) {
  const pause = useLineAction(project, line, (params) => client.lines.pause({ params }), close)
  return (
    <Confirm
      opened={opened}
      close={close}
      title={`Pause ${line}`}
      action="Pause"
      busy={pause.isPending}
      error={pause.error}
      onConfirm={() => pause.mutate(undefined)}
    >
      The model in production serves on and is watched on, but no training and no rollout starts until
      somebody resumes the line.
    </Confirm>
  )
}

function Delete({ project, line, opened, close }: Asked) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => client.lines.delete({ params: { project, line } }),
    onSuccess: async () => {
      await navigate({ to: paths.lines(project) })
      await queries.invalidateQueries({ queryKey: ['lines', project] })
    },
  })
  return (
    <Confirm
      opened={opened}
      close={close}
      title={`Delete ${line}`}
      action="Delete the line"
      danger
      typed={line}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    >
      The line and its deployment are removed: <strong>its model stops answering at once</strong>. Data, runs
      and model versions stay.
    </Confirm>
  )
}
