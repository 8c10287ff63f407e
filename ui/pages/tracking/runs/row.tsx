import { memo } from 'react'
import type { TableRun } from '../../../../src/contract/run-table.ts'
import { base } from '../../../api/client.ts'
import { Icon } from '../../../design/icons.tsx'
import { count, plural } from '../../../format/number.ts'
import { paths } from '../../../paths.ts'
import { AggregateCell, Cell } from './cell.tsx'
import type { Column } from './columns.ts'
import type { Line } from './layout.ts'
import type { RowContext } from './row-context.ts'
import classes from './runs.module.css'

export interface LineProps {
  line: Line
  at: number
  top: number
  template: string
  columns: readonly Column[]
  context: RowContext
  selected: boolean
  onSelect: (at: number, id: string, shift: boolean) => void
}

export function TableLine(props: LineProps) {
  const { line, at, top, template } = props
  const style = { transform: `translateY(${top}px)`, gridTemplateColumns: template }
  if (line.kind === 'group') return <GroupRow {...props} line={line} style={style} />
  if (line.run === undefined) return <EmptyRow at={at} style={style} columns={props.columns} />
  return <RunRow {...props} run={line.run} depth={line.depth} open={line.open} style={style} />
}

type Style = { transform: string; gridTemplateColumns: string }

function EmptyRow({ at, style, columns }: { at: number; style: Style; columns: readonly Column[] }) {
  return (
    <tr className={classes.row} style={style} data-at={at} aria-rowindex={at + 2} aria-busy="true">
      <td className={classes.check} />
      <td className={classes.name}>
        <span className={classes.ghost} style={{ width: 90 + ((at * 37) % 80) }} />
      </td>
      {columns.map((column, index) => (
        <td key={column.name}>
          <span className={classes.ghost} style={{ width: `${35 + ((at * 13 + index * 29) % 40)}%` }} />
        </td>
      ))}
    </tr>
  )
}

type RunRowProps = Omit<LineProps, 'line'> & { run: TableRun; depth: number; open: boolean; style: Style }

const RunRow = memo(function RunRow(props: RunRowProps) {
  const { run, at, columns, context, depth } = props
  return (
    <tr
      className={classes.row}
      style={props.style}
      data-at={at}
      data-selected={props.selected}
      aria-rowindex={at + 2}
      aria-level={depth + 1}
    >
      <td className={classes.check}>
        <input
          type="checkbox"
          data-control="check"
          aria-label={`Select ${run.name}`}
          checked={props.selected}
          onChange={(event) =>
            props.onSelect(at, run.id, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)
          }
        />
      </td>
      <td className={classes.name} style={{ paddingLeft: 4 + depth * 18 }}>
        <Opener
          shown={context.nested && run.children > 0}
          open={props.open}
          label={`${props.open ? 'Close' : 'Open'} ${plural(run.children, 'child run')} of ${run.name}`}
          onClick={() => context.onToggleRun(run.id)}
        />
        <a
          href={`${base.slice(0, -1)}${paths.run(context.project, run.id)}`}
          data-control="name"
          data-run={run.id}
          title={run.name}
        >
          {run.name}
        </a>
        {run.children > 0 ? <small>{count(run.children)}</small> : null}
      </td>
      {columns.map((column) => (
        <Cell key={column.name} run={run} column={column} context={context} />
      ))}
    </tr>
  )
}, unchanged)

/** Its functions are made anew each time; what they do is the same. */
function unchanged(a: RunRowProps, b: RunRowProps): boolean {
  return (
    a.run === b.run &&
    a.at === b.at &&
    a.top === b.top &&
    a.template === b.template &&
    a.columns === b.columns &&
    a.selected === b.selected &&
    a.depth === b.depth &&
    a.open === b.open &&
    a.onSelect === b.onSelect &&
    a.context.experiments === b.context.experiments &&
    a.context.nested === b.context.nested &&
    a.context.now === b.context.now &&
    a.context.zone === b.context.zone
  )
}

function Opener(props: { shown: boolean; open: boolean; label: string; onClick: () => void }) {
  if (!props.shown) return <span className={classes.opener} />
  return (
    <button
      type="button"
      className={classes.opener}
      data-control="open"
      aria-expanded={props.open}
      aria-label={props.label}
      onClick={props.onClick}
    >
      <Icon name={props.open ? 'down' : 'chevron'} size={13} />
    </button>
  )
}

function GroupRow(props: Omit<LineProps, 'line'> & { line: Extract<Line, { kind: 'group' }>; style: Style }) {
  const { line, at, columns, context } = props
  const { group } = line
  const name = context.groupName(group)
  return (
    <tr className={classes.row} style={props.style} data-at={at} data-group="true" aria-rowindex={at + 2}>
      <td className={classes.check} />
      <td className={classes.name} style={{ paddingLeft: 4 }}>
        <Opener
          shown
          open={line.open}
          label={`${line.open ? 'Close' : 'Open'} ${name}`}
          onClick={() => context.onToggleGroup(group)}
        />
        <span title={name} className={classes.groupName}>
          {name}
        </span>
        <small>{plural(group.runs, 'run')}</small>
      </td>
      {columns.map((column) => (
        <AggregateCell key={column.name} group={group} column={column} context={context} />
      ))}
    </tr>
  )
}
