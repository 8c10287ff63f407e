import { Stack, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Hold } from '../../../src/contract/keeping.ts'
import { client } from '../../api/client.ts'
import { Confirm } from '../../design/confirm.tsx'
import { linkedThing } from './held-thing.ts'

interface DialogProps {
  project: string
  opened: boolean
  close: () => void
}

/** Places a hold on one thing, or on what one names. */
export function PlaceHold(props: DialogProps & { of?: string; name?: string }) {
  const { project, opened, close } = props
  const [thing, setThing] = useState('')
  const [reason, setReason] = useState('')
  const of = props.of ?? linkedThing(thing)
  const queries = useQueryClient()
  const place = useMutation({
    mutationFn: () => client.holds.place({ params: { project }, body: { of, reason: reason.trim() } }),
    onSuccess: () => {
      close()
      setThing('')
      setReason('')
      return queries.invalidateQueries({ queryKey: ['holds', project] })
    },
  })
  return (
    <Confirm
      opened={opened}
      close={close}
      title={props.name === undefined ? 'Place a legal hold' : `Hold ${props.name}?`}
      action="Place the hold"
      busy={place.isPending}
      error={place.error}
      onConfirm={() => place.mutate()}
    >
      <Stack gap={10}>
        Nobody can delete what is held, and no retention rule removes it, until the hold is released.
        {props.of === undefined ? (
          <TextInput
            required
            label="What"
            description="The address of the page of a run or model version, or experiments/<id>"
            placeholder="runs/…, experiments/…, models/<name>/<version>"
            value={thing}
            onChange={(event) => setThing(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        ) : null}
        <Reason value={reason} set={setReason} first={props.of !== undefined} />
      </Stack>
    </Confirm>
  )
}

export function ReleaseHold({ project, opened, close, hold }: DialogProps & { hold: Hold | undefined }) {
  const [reason, setReason] = useState('')
  const queries = useQueryClient()
  const release = useMutation({
    mutationFn: (id: string) =>
      client.holds.release({ params: { project, hold: id }, body: { reason: reason.trim() } }),
    onSuccess: () => {
      close()
      setReason('')
      return queries.invalidateQueries({ queryKey: ['holds', project] })
    },
  })
  return (
    <Confirm
      opened={opened}
      close={close}
      title={`Release ${hold?.name ?? ''}?`}
      action="Release"
      danger
      busy={release.isPending}
      error={release.error}
      onConfirm={() => hold && release.mutate(hold.id)}
    >
      <Stack gap={10}>
        It can be deleted again, by people and by retention rules.
        <Reason value={reason} set={setReason} first />
      </Stack>
    </Confirm>
  )
}

function Reason(props: { value: string; set: (text: string) => void; first: boolean }) {
  return (
    <Textarea
      required
      label="Reason"
      description="It stands in the audit log"
      maxLength={1000}
      autosize
      minRows={2}
      value={props.value}
      onChange={(event) => props.set(event.currentTarget.value)}
      {...(props.first ? { 'data-autofocus': true } : {})}
    />
  )
}
