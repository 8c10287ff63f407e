import { useRef } from 'react'
import classes from './compare.module.css'

/** From 0, the least of an axis, to 1. */
export type Range = readonly [from: number, to: number]

/** Whether a value lies within a range; without a range all do, with one only those that have a value. */
export function within(range: Range | undefined, position: number | null): boolean {
  if (range === undefined) return true
  return position !== null && position >= range[0] - 1e-9 && position <= range[1] + 1e-9
}

const keyStep = 0.05

/** A vertical axis on which a range is drawn with the pointer, or moved with the arrow keys. */
export function Brush(props: {
  label: string
  x: number
  top: number
  height: number
  range: Range | undefined
  onRange: (range: Range | undefined) => void
}) {
  const { x, top, height, range, onRange } = props
  const start = useRef<number>(undefined)
  const shareOf = (event: React.PointerEvent<SVGRectElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.min(1, Math.max(0, 1 - (event.clientY - box.top) / box.height))
  }
  return (
    <>
      {range === undefined ? null : (
        <rect
          x={x - 7}
          width={14}
          y={top + (1 - range[1]) * height}
          height={Math.max(2, (range[1] - range[0]) * height)}
          className={classes.range}
        />
      )}
      <rect
        x={x - 12}
        width={24}
        y={top}
        height={height}
        className={classes.brush}
        tabIndex={0}
        role="slider"
        aria-orientation="vertical"
        aria-label={`Range of ${props.label}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round((range?.[0] ?? 0) * 100)}
        aria-valuetext={
          range === undefined
            ? 'all'
            : `from ${Math.round(range[0] * 100)} % to ${Math.round(range[1] * 100)} % of the axis`
        }
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          start.current = shareOf(event)
        }}
        onPointerMove={(event) => {
          if (start.current === undefined) return
          const share = shareOf(event)
          if (Math.abs(share - start.current) > 0.01) onRange(ordered(start.current, share))
        }}
        onPointerUp={(event) => {
          if (start.current !== undefined && Math.abs(shareOf(event) - start.current) <= 0.01)
            onRange(undefined)
          start.current = undefined
        }}
        onKeyDown={(event) => {
          const next = moved(range, event.key, event.shiftKey)
          if (next === range) return
          event.preventDefault()
          onRange(next)
        }}
      />
    </>
  )
}

/** Arrows move the lower end, with shift the upper one; Escape takes the range away. */
function moved(range: Range | undefined, key: string, upper: boolean): Range | undefined {
  if (key === 'Escape') return undefined
  const by = key === 'ArrowUp' ? keyStep : key === 'ArrowDown' ? -keyStep : 0
  if (by === 0) return range
  const [from, to] = range ?? [0, 1]
  const next = (value: number) => Math.min(1, Math.max(0, value + by))
  return upper ? ordered(from, next(to)) : ordered(next(from), to)
}

function ordered(a: number, b: number): Range {
  return a < b ? [a, b] : [b, a]
}
