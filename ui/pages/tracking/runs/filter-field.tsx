import { Button, Combobox, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ApiError } from '../../../api/client.ts'
import { runKeysQuery, runValuesQuery } from '../../../api/queries.ts'
import { completed, completionAt, valueOptions } from './completions.ts'
import { type Fault, faultOf } from './filter.ts'
import classes from './runs.module.css'

const noKeys = { metrics: [], params: [], tags: [] }

/** The filter in MLflow's language, with what may be written next, and faults at their place. */
export function FilterField(props: {
  project: string
  experiment: string | undefined
  value: string
  /** What the server said of the filter that holds. */
  error: unknown
  onFilter: (filter: string | undefined) => void
}) {
  const [text, setText] = useState(props.value)
  const [caret, setCaret] = useState(props.value.length)
  const [left, setLeft] = useState(true)
  const input = useRef<HTMLInputElement>(null)
  const wanted = useRef<number>(undefined)
  useEffect(() => setText(props.value), [props.value])
  useEffect(() => {
    if (wanted.current === undefined) return
    input.current?.setSelectionRange(wanted.current, wanted.current)
    wanted.current = undefined
  })
  const keys = useQuery(runKeysQuery(props.project, props.experiment)).data ?? noKeys
  const completion = completionAt(text, caret, keys)
  const [asked] = useDebouncedValue(completion.values, 120)
  const known = useQuery({
    ...runValuesQuery(props.project, props.experiment, asked?.of ?? '', asked?.prefix ?? ''),
    enabled: asked !== undefined && completion.values !== undefined,
    placeholderData: keepPreviousData,
  })
  const options = completion.values ? valueOptions(known.data?.values ?? []) : completion.options
  const list = useCombobox({ onDropdownClose: () => list.resetSelectedOption() })
  const fault = left ? (faultOf(text) ?? serverFault(text, props.value, props.error)) : undefined
  const submit = () => {
    list.closeDropdown()
    setLeft(true)
    if (faultOf(text) === undefined) props.onFilter(text.trim() === '' ? undefined : text.trim())
  }
  return (
    <form
      className={classes.filter}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Combobox
        store={list}
        onOptionSubmit={(option) => {
          const next = completed(text, completion, option)
          setText(next.text)
          setCaret(next.caret)
          wanted.current = next.caret
          list.resetSelectedOption()
          input.current?.focus()
        }}
      >
        <Combobox.Target withExpandedAttribute>
          <TextInput
            ref={input}
            label="Filter"
            size="xs"
            className={classes.filterInput}
            placeholder="metrics.accuracy > 0.9 and params.solver = 'lbfgs'"
            value={text}
            spellCheck={false}
            autoComplete="off"
            error={fault ? <FaultText text={text} fault={fault} /> : undefined}
            onChange={(event) => {
              setText(event.currentTarget.value)
              setCaret(event.currentTarget.selectionStart ?? event.currentTarget.value.length)
              setLeft(false)
              list.openDropdown()
              list.resetSelectedOption()
            }}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
            onClick={() => list.openDropdown()}
            onBlur={() => {
              list.closeDropdown()
              setLeft(true)
            }}
            onKeyDown={(event) => {
              if (event.key === 'Escape') list.closeDropdown()
            }}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={options.length === 0}>
          <Combobox.Options className={classes.options} aria-label="What may come next">
            {options.map((option) => (
              <Combobox.Option key={option.text} value={option.text} className={classes.option}>
                <span>{option.text}</span>
                {'note' in option ? <small>{option.note}</small> : null}
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      <Button type="submit" variant="default">
        Filter
      </Button>
      {props.value === '' ? null : (
        <Button variant="subtle" color="gray" onClick={() => props.onFilter(undefined)}>
          Clear
        </Button>
      )}
    </form>
  )
}

/** The filter once more with the fault marked in it, and what is wrong there. */
function FaultText({ text, fault }: { text: string; fault: Fault }) {
  const marked = text.slice(fault.start, fault.end)
  return (
    <span role="alert" className={classes.fault}>
      <code>
        {text.slice(Math.max(0, fault.start - 40), fault.start)}
        <mark>{marked === '' ? ' ' : marked}</mark>
        {text.slice(fault.end, fault.end + 20)}
      </code>{' '}
      {fault.message}
    </span>
  )
}

/** What only the server knew: marked where its words name a part of the filter. */
function serverFault(text: string, applied: string, error: unknown): Fault | undefined {
  if (!(error instanceof ApiError) || error.status !== 400 || text.trim() !== applied || applied === '')
    return undefined
  const named = [...error.message.matchAll(/['`"]([^'`"]{2,})['`"]/g)].flatMap((match) => match[1] ?? [])
  const part = named.find((each) => text.includes(each))
  const start = part === undefined ? 0 : text.indexOf(part)
  return { start, end: part === undefined ? text.length : start + part.length, message: error.message }
}
