import { Button, Checkbox, Popover, ScrollArea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Icon } from '../../../design/icons.tsx'
import { count } from '../../../format/number.ts'
import { attributes, type Column, columnOf } from './columns.ts'
import type { Keys } from './completions.ts'
import classes from './runs.module.css'

const mostShown = 150

/** Which columns the table has: found by name among thousands, those chosen first. */
export function ColumnsMenu(props: {
  keys: Keys
  columns: readonly Column[]
  chosen: boolean
  onColumns: (columns: readonly Column[] | undefined) => void
}) {
  const [text, setText] = useState('')
  const { columns, onColumns } = props
  const names = new Set(columns.map((column) => column.name))
  const kinds = [
    ['Run', Object.keys(attributes).map((key) => `attr.${key}`)],
    ['Metrics', props.keys.metrics.map((key) => `metrics.${key}`)],
    ['Parameters', props.keys.params.map((key) => `params.${key}`)],
    ['Tags', props.keys.tags.map((key) => `tags.${key}`)],
  ] as const
  const toggle = (name: string) => {
    const column = columnOf(name)
    if (names.has(name)) onColumns(columns.filter((each) => each.name !== name))
    else if (column) onColumns([...columns, column])
  }
  return (
    <Popover position="bottom-end" width={320} trapFocus shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<Icon name="menu" size={14} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={10}>
        <TextInput
          size="xs"
          aria-label="Find a column"
          placeholder="Find a metric, parameter or tag"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <ScrollArea.Autosize mah={380} mt={8} type="auto">
          {kinds.map(([title, all]) => (
            <Kind key={title} title={title} all={all} text={text} names={names} onToggle={toggle} />
          ))}
        </ScrollArea.Autosize>
        {props.chosen ? (
          <Button mt={8} variant="subtle" color="gray" onClick={() => onColumns(undefined)}>
            As it was at first
          </Button>
        ) : null}
      </Popover.Dropdown>
    </Popover>
  )
}

function Kind(props: {
  title: string
  all: readonly string[]
  text: string
  names: ReadonlySet<string>
  onToggle: (name: string) => void
}) {
  const wanted = props.text.trim().toLowerCase()
  const found = props.all.filter((name) => labelOf(name).toLowerCase().includes(wanted))
  if (found.length === 0) return null
  const shown = [...found]
    .sort((a, b) => Number(props.names.has(b)) - Number(props.names.has(a)))
    .slice(0, mostShown)
  return (
    <fieldset className={classes.kind}>
      <legend>{props.title}</legend>
      {shown.map((name) => (
        <Checkbox
          key={name}
          size="xs"
          label={labelOf(name)}
          checked={props.names.has(name)}
          onChange={() => props.onToggle(name)}
        />
      ))}
      {found.length > shown.length ? (
        <p>and {count(found.length - shown.length)} more: write a part of the name</p>
      ) : null}
    </fieldset>
  )
}

function labelOf(name: string): string {
  return columnOf(name)?.label ?? name
}
