import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { SpanRow } from '../../../src/contract/traces.ts'
import { Icon } from '../../design/icons.tsx'
import { compact, milliseconds } from '../../format/number.ts'
import { colourOf } from './colour.ts'
import classes from './traces.module.css'
import { type Line, linesOf, type Tree, ticksOf } from './tree.ts'

const lineHeight = 30
const deepest = 14

/** Spans as bars over time. Only the lines in view exist, so that tens of thousands scroll smoothly. */
export function Waterfall(props: { tree: Tree; selected: string; onSelect: (span: string) => void }) {
  const { tree, selected, onSelect } = props
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const lines = useMemo(() => linesOf(tree, closed), [tree, closed])
  const scroll = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => lineHeight,
    overscan: 12,
  })
  const at = lines.findIndex((line) => line.span.id === selected)
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' })
  }, [at, rows])

  const toggle = useCallback((id: string) => {
    setClosed((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    const line = lines[at]
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const next = lines[at + (event.key === 'ArrowDown' ? 1 : -1)]
      if (next !== undefined) onSelect(next.span.id)
    } else if (line !== undefined && line.below > 0) {
      const isClosed = closed.has(line.span.id)
      if ((event.key === 'ArrowLeft' && !isClosed) || (event.key === 'ArrowRight' && isClosed))
        toggle(line.span.id)
    }
  }
  return (
    <div className={classes.waterfall}>
      <Axis tree={tree} />
      <div
        ref={scroll}
        className={classes.lines}
        role="tree"
        aria-label="Spans"
        tabIndex={0}
        onKeyDown={onKeyDown}
        style={{ height: Math.min(lines.length * lineHeight, 560) }}
      >
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((item) => {
            const line = lines[item.index]
            return line === undefined ? null : (
              <SpanLine
                key={line.span.id}
                line={line}
                tree={tree}
                top={item.start}
                closed={closed.has(line.span.id)}
                selected={line.span.id === selected}
                onSelect={onSelect}
                onToggle={toggle}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

function Axis({ tree }: { tree: Tree }) {
  return (
    <div className={classes.axis} aria-hidden="true">
      <span />
      <span className={classes.ticks}>
        {ticksOf(tree.from, tree.to, 5).map((tick) => (
          <i key={tick} style={{ left: share(tree, tick) }}>
            {milliseconds(tick)}
          </i>
        ))}
      </span>
    </div>
  )
}

interface LineProps {
  readonly line: Line
  readonly tree: Tree
  readonly top: number
  readonly closed: boolean
  readonly selected: boolean
  readonly onSelect: (span: string) => void
  readonly onToggle: (span: string) => void
}

/** Remembered: a scroll draws the whole list anew, of which most lines stay as they are. */
const SpanLine = memo(function SpanLine(props: LineProps) {
  const { line, tree, top, closed, selected, onSelect, onToggle } = props
  const { span, depth, below } = line
  return (
    <div
      className={classes.line}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={selected}
      aria-expanded={below === 0 ? undefined : !closed}
      tabIndex={-1}
      style={{ transform: `translateY(${top}px)`, height: lineHeight }}
      onClick={() => onSelect(span.id)}
      onKeyDown={() => undefined}
    >
      <span className={classes.name} style={{ paddingLeft: 8 + Math.min(depth, deepest) * 12 }}>
        {below === 0 ? (
          <span className={classes.leaf} />
        ) : (
          <button
            type="button"
            tabIndex={-1}
            className={classes.toggle}
            data-closed={closed}
            aria-label={closed ? `Show the ${below} spans below` : 'Hide what is below'}
            onClick={(event) => {
              event.stopPropagation()
              onToggle(span.id)
            }}
          >
            <Icon name="down" size={12} />
          </button>
        )}
        <i className={classes.mark} style={{ background: colourOf(span) }} />
        <span className={classes.text} data-bad={span.status === 'error'}>
          {span.name}
        </span>
        {closed ? <small>+{compact(below)}</small> : null}
      </span>
      <span className={classes.track}>
        <i
          className={classes.bar}
          style={{
            left: share(tree, span.start),
            width: `max(3px, ${width(tree, span.duration ?? tree.to - span.start)})`,
            background: colourOf(span),
          }}
          data-open={span.duration === null}
        />
        <small {...labelPlace(tree, span)}>
          {span.duration === null ? 'going on' : milliseconds(span.duration)}
        </small>
      </span>
    </div>
  )
})

/** After the bar where there is room, else before it, else in it. */
function labelPlace(tree: Tree, span: SpanRow) {
  const length = tree.to - tree.from
  const end = span.duration === null ? tree.to : span.start + span.duration
  if ((tree.to - end) / length > 0.2) return { style: { left: `calc(${share(tree, end)} + 6px)` } }
  const after = `${((tree.to - span.start) / length) * 100}%`
  if ((span.start - tree.from) / length > 0.2) return { style: { right: `calc(${after} + 6px)` } }
  return { style: { right: `calc(${((tree.to - end) / length) * 100}% + 6px)` }, 'data-inside': true }
}

function share(tree: Tree, at: number): string {
  return `${((at - tree.from) / (tree.to - tree.from)) * 100}%`
}

function width(tree: Tree, duration: number): string {
  return `${(duration / (tree.to - tree.from)) * 100}%`
}
