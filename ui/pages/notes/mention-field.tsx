import { Button, Group, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { membersQuery } from '../../api/queries.ts'
import { completed, mentionAt } from './mention-at.ts'

const mostShown = 6

/** A text in Markdown in which `@` offers the members of the project. */
export function MentionField(props: {
  project: string
  label: string
  value: string
  placeholder?: string
  onValue: (value: string) => void
  /** Ctrl or Command with Enter. */
  onSend: () => void
}) {
  const { value, onValue } = props
  const field = useRef<HTMLTextAreaElement>(null)
  const [cursor, setCursor] = useState(0)
  const typed = mentionAt(value, cursor)
  const members = useQuery({ ...membersQuery(props.project), enabled: typed !== undefined })
  const offered =
    typed === undefined
      ? []
      : (members.data?.members ?? [])
          .map((member) => member.user)
          .filter((name) => name.startsWith(typed) && name !== typed)
          .slice(0, mostShown)
  const complete = (name: string) => {
    const next = completed(value, cursor, name)
    onValue(next.text)
    setCursor(next.cursor)
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(next.cursor, next.cursor)
    })
  }
  return (
    <div>
      <Textarea
        ref={field}
        aria-label={props.label}
        placeholder={props.placeholder}
        autosize
        minRows={2}
        maxRows={14}
        value={value}
        onChange={(event) => {
          onValue(event.currentTarget.value)
          setCursor(event.currentTarget.selectionStart)
        }}
        onSelect={(event) => setCursor(event.currentTarget.selectionStart)}
        onKeyDown={(event) => {
          const [first] = offered
          if (event.key === 'Tab' && !event.shiftKey && first !== undefined) {
            event.preventDefault()
            complete(first)
          }
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault()
            props.onSend()
          }
        }}
      />
      {offered.length === 0 ? null : (
        <Group gap={6} mt={6} role="group" aria-label="Members to mention">
          {offered.map((name) => (
            <Button key={name} size="compact-xs" variant="default" onClick={() => complete(name)}>
              @{name}
            </Button>
          ))}
        </Group>
      )}
    </div>
  )
}
