import { ActionIcon, CopyButton } from '@mantine/core'
import classes from './design.module.css'
import { Icon } from './icons.tsx'

/** A command to type, with a button that copies it. */
export function Command({ text }: { text: string }) {
  return (
    <span className={classes.command}>
      <code>{text}</code>
      <Copy text={text} what="command" />
    </span>
  )
}

export function Copy({ text, what }: { text: string; what: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          onClick={copy}
          aria-label={copied ? 'Copied' : `Copy ${what}`}
        >
          <Icon name={copied ? 'check' : 'copy'} size={14} />
        </ActionIcon>
      )}
    </CopyButton>
  )
}
