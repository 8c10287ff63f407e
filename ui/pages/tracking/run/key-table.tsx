import { TextInput } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef, useState } from 'react'
import { Nothing } from '../../../design/empty.tsx'
import { Panel } from '../../../design/panel.tsx'
import { count } from '../../../format/number.ts'
import classes from './run.module.css'

interface KeyColumn<Row> {
  readonly label: string
  readonly right?: boolean
  readonly width: string
  readonly cell: (row: Row) => ReactNode
}

const rowHeight = 33
const tallest = 430

/** Keys and what belongs to them, thousands if need be: found by writing a part, drawn only where seen. */
export function KeyTable<Row>(props: {
  title: string
  nothing: string
  rows: readonly (readonly [key: string, row: Row])[]
  /** What a search looks at besides the key. */
  textOf?: (row: Row) => string
  columns: readonly KeyColumn<Row>[]
}) {
  const [text, setText] = useState('')
  const scroll = useRef<HTMLDivElement>(null)
  const wanted = text.trim().toLowerCase()
  const rows =
    wanted === ''
      ? props.rows
      : props.rows.filter(([key, row]) =>
          `${key} ${props.textOf?.(row) ?? ''}`.toLowerCase().includes(wanted),
        )
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const template = `minmax(120px, 1fr) ${props.columns.map((column) => column.width).join(' ')}`
  return (
    <Panel
      title={props.title}
      note={props.rows.length === 0 ? '' : count(props.rows.length)}
      flush
      actions={
        props.rows.length < 8 ? null : (
          <TextInput
            size="xs"
            w={170}
            aria-label={`Find in ${props.title.toLowerCase()}`}
            placeholder="Find"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )
      }
    >
      {props.rows.length === 0 ? <Nothing>{props.nothing}</Nothing> : null}
      {props.rows.length > 0 && rows.length === 0 ? <Nothing>No key has “{text}” in it.</Nothing> : null}
      {rows.length === 0 ? null : (
        <div ref={scroll} className={classes.keys} style={{ maxHeight: tallest }}>
          <table aria-label={props.title} aria-rowcount={rows.length + 1}>
            <thead>
              <tr style={{ gridTemplateColumns: template }}>
                <th scope="col">Name</th>
                {props.columns.map((column) => (
                  <th key={column.label} scope="col" data-right={column.right}>
                    {column.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody style={{ height: virtual.getTotalSize() }}>
              {virtual.getVirtualItems().map((item) => {
                const [key, row] = rows[item.index] ?? []
                if (key === undefined || row === undefined) return null
                return (
                  <tr
                    key={key}
                    aria-rowindex={item.index + 2}
                    style={{ gridTemplateColumns: template, transform: `translateY(${item.start}px)` }}
                  >
                    <td title={key}>{key}</td>
                    {props.columns.map((column) => (
                      <td key={column.label} data-right={column.right}>
                        {column.cell(row)}
                      </td>
                    ))}
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}
