import { Button, Group, Modal, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Failure } from './failure.tsx'

/** Asks before something that is hard to undo; for what can't be undone, has its name typed. */
export function Confirm(props: {
  opened: boolean
  close: () => void
  title: string
  children: ReactNode
  action: string
  danger?: boolean
  typed?: string
  busy: boolean
  error?: unknown
  onConfirm: () => void
}) {
  const [text, setText] = useState('')
  const ready = props.typed === undefined || text === props.typed
  const submit = () => {
    if (ready && !props.busy) props.onConfirm()
  }
  return (
    <Modal opened={props.opened} onClose={props.close} title={<strong>{props.title}</strong>}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
        style={{ display: 'grid', gap: 14, fontSize: 13.5 }}
      >
        <div>{props.children}</div>
        {props.typed === undefined ? null : (
          <TextInput
            label={`Type ${props.typed} to confirm`}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            data-autofocus
            autoComplete="off"
          />
        )}
        {props.error ? <Failure error={props.error} /> : null}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={props.close}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={props.danger ? 'red' : 'harbor'}
            disabled={!ready}
            loading={props.busy}
          >
            {props.action}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
