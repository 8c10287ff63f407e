import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { Icon } from './icons.tsx'

/** Copies the address of the page, which holds all that the reader has chosen. */
export function CopyLink() {
  const clipboard = useClipboard({ timeout: 2000 })
  return (
    <Button
      variant="default"
      leftSection={<Icon name={clipboard.copied ? 'check' : 'link'} size={14} />}
      onClick={() => clipboard.copy(location.href)}
    >
      {clipboard.copied ? 'Copied' : 'Copy link'}
    </Button>
  )
}
