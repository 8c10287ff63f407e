import { ActionIcon, Button, Group, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import design from '../../../design/design.module.css'
import { Failure } from '../../../design/failure.tsx'
import { Icon } from '../../../design/icons.tsx'
import { Panel } from '../../../design/panel.tsx'
import classes from './run.module.css'

/** Tags of people; those of clients (`mlflow.…`) are told elsewhere on the page. */
export function Tags(props: {
  tags: Readonly<Record<string, string>>
  may: boolean
  span?: 5 | 7
  save: (tags: Record<string, string | null>) => Promise<unknown>
}) {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const [adding, add] = useState(false)
  const change = useMutation({
    mutationFn: props.save,
    onSuccess: () => {
      setKey('')
      setValue('')
      add(false)
    },
  })
  const own = Object.entries(props.tags).filter(([name]) => !name.startsWith('mlflow.'))
  return (
    <Panel
      title="Tags"
      {...(props.span === undefined ? {} : { span: props.span })}
      actions={
        props.may && !adding ? (
          <Button size="compact-xs" variant="subtle" onClick={() => add(true)}>
            Add
          </Button>
        ) : null
      }
    >
      {own.length === 0 && !adding ? <span className={design.muted}>None.</span> : null}
      <ul className={classes.tags}>
        {own.map(([name, text]) => (
          <li key={name}>
            <span title={`${name}: ${text}`}>
              {name}
              {text === '' ? null : <b>{text}</b>}
            </span>
            {props.may ? (
              <ActionIcon
                size={16}
                variant="transparent"
                color="gray"
                aria-label={`Remove ${name}`}
                onClick={() => change.mutate({ [name]: null })}
              >
                <Icon name="cross" size={11} />
              </ActionIcon>
            ) : null}
          </li>
        ))}
      </ul>
      {adding ? (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (key.trim() !== '') change.mutate({ [key.trim()]: value })
          }}
        >
          <Group gap={8} mt={8} align="flex-end">
            <TextInput
              size="xs"
              label="Tag"
              value={key}
              data-autofocus
              onChange={(event) => setKey(event.currentTarget.value)}
            />
            <TextInput
              size="xs"
              label="Value"
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
            <Button type="submit" loading={change.isPending}>
              Set
            </Button>
            <Button variant="default" onClick={() => add(false)}>
              Cancel
            </Button>
          </Group>
        </form>
      ) : null}
      {change.error ? <Failure error={change.error} /> : null}
    </Panel>
  )
}
