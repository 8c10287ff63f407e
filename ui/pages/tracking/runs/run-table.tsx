import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useNow } from '../../../design/now.ts'
import { useZone } from '../../../design/zone.tsx'
import { plural } from '../../../format/number.ts'
import { paths } from '../../../paths.ts'
import type { Column } from './columns.ts'
import { type HeaderActions, HeaderRow } from './header.tsx'
import type { Layout, Line } from './layout.ts'
import { PassingRow } from './passing-row.tsx'
import { TableLine } from './row.tsx'
import type { RowContext } from './row-context.ts'
import type { RunLines } from './run-lines.ts'
import classes from './runs.module.css'
import { useRushing } from './use-rushing.ts'
import type { Selection } from './use-selection.ts'

const rowHeight = 32
const checkWidth = 38
/** Of the header, with room for a scrollbar. */
const headHeight = 54

/** A table of any number of runs: only what is seen is in the page, only what is seen is read. */
export function RunTable(props: {
  lines: RunLines
  layout: Layout
  columns: readonly Column[]
  selection: Selection
  context: Omit<RowContext, 'valueAt' | 'now' | 'zone'>
  header: HeaderActions
  pulse: number
  total: number | undefined
  empty: ReactNode
}) {
  const { lines, layout, columns, selection } = props
  const scroll = useRef<HTMLElement>(null)
  const rows = useVirtualizer({
    count: layout.count,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 5,
  })
  const items = rows.getVirtualItems()
  const [from, to] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0]
  const rushing = useRushing(rows.scrollOffset ?? 0, rows.scrollRect?.height ?? 0, rows.isScrolling)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another layout may have other lines there.
  useEffect(() => lines.want(from, to, rushing), [lines, from, to, layout, rushing])
  const behind = useRefresh(props, scroll, from, to)

  const template = `${checkWidth}px var(--run-name) ${columns.map((column) => `${column.width}px`).join(' ')} minmax(0, 1fr)`
  const width = checkWidth + columns.reduce((sum, column) => sum + column.width, 0)
  // Elements are used again for the rows that come: to fill one is cheaper than to make one.
  const slots = items.length <= 64 ? 64 : 256
  useBlur(scroll, from, to)
  const navigate = useNavigate()
  const open = (event: MouseEvent<HTMLElement>) => {
    const run = event.target instanceof HTMLElement ? event.target.closest('a')?.dataset.run : undefined
    if (run === undefined || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    void navigate({ to: paths.run(props.context.project, run) })
  }
  // As high as its rows, up to the height of the window.
  const height = `clamp(150px, ${rows.getTotalSize() + headHeight}px, max(380px, calc(100dvh - var(--around))))`
  const context: RowContext = {
    ...props.context,
    now: useNow(),
    zone: useZone().zone,
    valueAt: new Map(lines.columns.map((name, index) => [name, index])),
  }
  return (
    <div className={classes.frame}>
      {behind > 0 ? (
        <button type="button" className={classes.behind} onClick={() => scroll.current?.scrollTo({ top: 0 })}>
          {plural(behind, 'new run')} at the top
        </button>
      ) : null}
      <section
        ref={scroll}
        className={classes.scroll}
        style={{ height }}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
        tabIndex={0}
        aria-label="List of runs"
      >
        <table
          className={classes.table}
          aria-label="Runs"
          aria-rowcount={layout.count + 1}
          style={{ minWidth: `calc(${width}px + var(--run-name))` }}
        >
          <HeaderRow
            columns={columns}
            template={template}
            selection={selection}
            layout={layout}
            actions={props.header}
          />
          <tbody
            style={{ height: rows.getTotalSize() }}
            onKeyDown={(event) => step(event, layout, rows.scrollToIndex)}
            onClick={open}
          >
            {items.map((item) => {
              const line = layout.line(item.index)
              if (line === undefined) return null
              const key = item.index % slots
              if (rushing)
                return <PassingRow key={key} at={item.index} top={item.start} name={nameOf(line)} />
              return (
                <TableLine
                  key={key}
                  line={line}
                  at={item.index}
                  top={item.start}
                  template={template}
                  columns={columns}
                  context={context}
                  selected={line.kind === 'run' && line.run !== undefined && selection.has(line.run.id)}
                  onSelect={selection.pick}
                />
              )
            })}
          </tbody>
        </table>
        {layout.count === 0 ? props.empty : null}
      </section>
    </div>
  )
}

function nameOf(line: Line): string {
  return (line.kind === 'run' ? line.run?.name : line.group.value) ?? ''
}

/** Reads again what is seen when something changed; who looks at the middle stays there and is told of what is new. */
function useRefresh(
  { lines, pulse, total }: { lines: RunLines; pulse: number; total: number | undefined },
  scroll: { current: HTMLElement | null },
  from: number,
  to: number,
): number {
  const seen = useRef({ lines, pulse, total: total ?? 0 })
  const range = useRef({ from, to })
  range.current = { from, to }
  const [behind, setBehind] = useState(0)
  useEffect(() => {
    const before = seen.current
    if (before.lines !== lines) {
      seen.current = { lines, pulse, total: total ?? 0 }
      setBehind(0)
      return
    }
    if (before.pulse === pulse) return
    const near = range.current.from < 120
    setBehind(near ? 0 : Math.max(0, (total ?? 0) - before.total))
    seen.current = { lines, pulse, total: near ? (total ?? 0) : before.total }
    const top = scroll.current?.scrollTop ?? 0
    void lines.refresh(range.current.from, range.current.to).then((moved) => {
      if (moved > 0 && top > rowHeight) scroll.current?.scrollBy({ top: moved * rowHeight })
    })
  }, [lines, pulse, total, scroll])
  const near = from < 10
  useEffect(() => {
    if (!near || behind === 0) return
    setBehind(0)
    seen.current = { ...seen.current, total: total ?? 0 }
    void lines.refresh(0, 0)
  }, [near, behind, lines, total])
  return behind
}

/** An element that was focused and now stands for another row must not keep the focus: a key would act on that row. */
function useBlur(scroll: { current: HTMLElement | null }, from: number, to: number): void {
  const held = useRef<string>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows change their elements when the range moves.
  useEffect(() => {
    const focused = document.activeElement?.closest('tr')
    if (!focused || !scroll.current?.contains(focused)) {
      held.current = undefined
      return
    }
    const moved = held.current !== undefined && held.current !== focused.dataset.at
    if (moved && !stepping) scroll.current.focus({ preventScroll: true })
    held.current = moved && !stepping ? undefined : focused.dataset.at
  }, [from, to])
}

let stepping = false
let latest = 0
/** A row far away has to be read first. */
const patienceMs = 10_000

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }

/** The arrows go from row to row, to the same control there. */
function step(event: KeyboardEvent<HTMLElement>, layout: Layout, scrollTo: (index: number) => void): void {
  const control = event.target instanceof HTMLElement ? event.target.dataset.control : undefined
  const row = event.target instanceof HTMLElement ? event.target.closest('tr') : null
  if (row === null || control === undefined) return
  const at = Number(row.dataset.at)
  const by = steps[event.key]
  const wanted = event.key === 'Home' ? 0 : event.key === 'End' ? layout.count - 1 : at + (by ?? 0)
  if (by === undefined && event.key !== 'Home' && event.key !== 'End') return
  event.preventDefault()
  const next = Math.max(0, Math.min(layout.count - 1, wanted))
  const body = event.currentTarget
  stepping = true
  latest += 1
  const mine = latest
  scrollTo(next)
  const end = performance.now() + patienceMs
  const focus = () => {
    if (mine !== latest) return 0
    const found = body.querySelector<HTMLElement>(`tr[data-at="${next}"] [data-control="${control}"]`)
    if (found) found.focus({ preventScroll: true })
    else if (performance.now() < end) return requestAnimationFrame(focus)
    stepping = false
    return 0
  }
  // at once where the row is there: the next key goes on from it
  focus()
}
