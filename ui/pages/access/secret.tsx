import { Button, Group, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { Copy } from '../../design/command.tsx'
import design from '../../design/design.module.css'

/** Shows what is shown only once. Closes only by its button, so that no stray click loses it. */
export function Secret(props: { title: string; secret: string; close: () => void; children: ReactNode }) {
  return (
    <Modal
      opened
      onClose={props.close}
      title={<strong>{props.title}</strong>}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      size="lg"
    >
      <p style={{ fontSize: 13.5 }}>{props.children}</p>
      <span className={design.command} style={{ margin: '12px 0', width: '100%' }}>
        <span className={design.mono} style={{ flex: 1, overflowWrap: 'anywhere' }}>
          {props.secret}
        </span>
        <Copy text={props.secret} what="secret" />
      </span>
      <Group justify="flex-end">
        <Button onClick={props.close}>I have kept it</Button>
      </Group>
    </Modal>
  )
}
