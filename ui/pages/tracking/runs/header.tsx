import { Menu } from '@mantine/core'
import { type KeyboardEvent, memo, type PointerEvent, useRef } from 'react'
import { Icon } from '../../../design/icons.tsx'
import { type Column, clampWidth, orderName, type Sorting } from './columns.ts'
import type { Layout } from './layout.ts'
import classes from './runs.module.css'
import type { Selection } from './use-selection.ts'

export interface HeaderActions {
  readonly sorting: Sorting
  readonly onSort: (order: string | undefined) => void
  readonly onColumns: (columns: readonly Column[]) => void
  readonly onGroup: (name: string) => void
}

interface HeaderProps {
  columns: readonly Column[]
  template: string
  selection: Selection
  layout: Layout
  actions: HeaderActions
}

/** How many runs can be selected at once by the box in the header. */
const mostAtOnce = 1000

/** Stays as it is while one scrolls. */
export const HeaderRow = memo(function HeaderRow(props: HeaderProps) {
  const { columns, selection, layout, actions } = props
  return (
    <thead>
      <tr style={{ gridTemplateColumns: props.template }} aria-rowindex={1}>
        <th className={classes.check}>
          <input
            type="checkbox"
            aria-label="Select all that are loaded"
            checked={selection.ids.size > 0}
            onChange={(event) =>
              event.currentTarget.checked
                ? selection.set(layout.ids(0, Math.min(layout.count - 1, mostAtOnce - 1)))
                : selection.clear()
            }
          />
        </th>
        <th className={classes.name} scope="col" aria-sort={sortOf(actions.sorting, 'run_name')}>
          <SortButton label="Run" name="run_name" actions={actions} />
        </th>
        {columns.map((column, index) => (
          <HeaderCell key={column.name} {...props} column={column} index={index} />
        ))}
      </tr>
    </thead>
  )
})

const same = (a: string, b: string): boolean => a.replaceAll('`', '') === b.replaceAll('`', '')

function sortOf(sorting: Sorting, name: string | undefined): 'ascending' | 'descending' | 'none' {
  if (name === undefined || !same(sorting.name, name)) return 'none'
  return sorting.descending ? 'descending' : 'ascending'
}

/** First the greatest on top, then the least, then the order is as before. */
function SortButton(props: { label: string; name: string | undefined; actions: HeaderActions }) {
  const { label, name, actions } = props
  const current = sortOf(actions.sorting, name)
  if (name === undefined) return <span className={classes.label}>{label}</span>
  const next = { none: `${name} desc`, descending: name, ascending: undefined }[current]
  return (
    <button type="button" className={classes.label} title={label} onClick={() => actions.onSort(next)}>
      <span>{label}</span>
      {current === 'none' ? null : (
        <span className={classes.arrow} data-down={current === 'descending'}>
          <Icon name="down" size={12} />
        </span>
      )}
    </button>
  )
}

function HeaderCell(props: HeaderProps & { column: Column; index: number }) {
  const { column, columns, index, actions } = props
  const name = orderName(column)
  const place = (to: number) => {
    const rest = columns.filter((each) => each !== column)
    actions.onColumns([...rest.slice(0, to), column, ...rest.slice(to)])
  }
  return (
    <th
      scope="col"
      className={column.kind === 'metrics' ? classes.number : undefined}
      aria-sort={sortOf(actions.sorting, name)}
      draggable
      onDragStart={(event) => event.dataTransfer.setData('text/plain', column.name)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        const moved = columns.find((each) => each.name === event.dataTransfer.getData('text/plain'))
        if (moved === undefined || moved === column) return
        const rest = columns.filter((each) => each !== moved)
        const to = rest.indexOf(column) + (columns.indexOf(moved) < index ? 1 : 0)
        actions.onColumns([...rest.slice(0, to), moved, ...rest.slice(to)])
      }}
    >
      <SortButton label={column.label} name={name} actions={actions} />
      <Menu position="bottom-start">
        <Menu.Target>
          <button type="button" className={classes.more} aria-label={`Column ${column.label}`}>
            <Icon name="more" size={13} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {name === undefined ? null : (
            <>
              <Menu.Item onClick={() => actions.onSort(`${name} desc`)}>Greatest first</Menu.Item>
              <Menu.Item onClick={() => actions.onSort(name)}>Least first</Menu.Item>
            </>
          )}
          {column.kind === 'params' || column.kind === 'tags' ? (
            <Menu.Item onClick={() => actions.onGroup(column.name)}>Group by {column.label}</Menu.Item>
          ) : null}
          <Menu.Divider />
          <Menu.Item disabled={index === 0} onClick={() => place(index - 1)}>
            Move left
          </Menu.Item>
          <Menu.Item disabled={index === columns.length - 1} onClick={() => place(index + 1)}>
            Move right
          </Menu.Item>
          <Menu.Item onClick={() => actions.onColumns(columns.filter((each) => each !== column))}>
            Hide
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Edge
        column={column}
        onWidth={(width) =>
          actions.onColumns(columns.map((each) => (each === column ? { ...column, width } : each)))
        }
      />
    </th>
  )
}

/** The right edge of a column, to be dragged, or moved by the arrows. */
function Edge({ column, onWidth }: { column: Column; onWidth: (width: number) => void }) {
  const start = useRef<number>(undefined)
  const moved = (event: PointerEvent<HTMLElement>) => {
    if (start.current === undefined) return
    const width = clampWidth(column.width + event.clientX - start.current)
    event.currentTarget.style.transform = `translateX(${width - column.width}px)`
  }
  const dropped = (event: PointerEvent<HTMLElement>) => {
    if (start.current === undefined) return
    const width = clampWidth(column.width + event.clientX - start.current)
    start.current = undefined
    event.currentTarget.style.transform = ''
    if (width !== column.width) onWidth(width)
  }
  const pressed = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -16, ArrowRight: 16 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    onWidth(clampWidth(column.width + by))
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule can't be moved.
    <div
      className={classes.edge}
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${column.label}`}
      aria-valuenow={column.width}
      tabIndex={0}
      draggable
      onDragStart={(event) => {
        event.preventDefault()
        event.stopPropagation()
      }}
      onPointerDown={(event) => {
        start.current = event.clientX
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={moved}
      onPointerUp={dropped}
      onKeyDown={pressed}
    />
  )
}
