import { useElementSize } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import type { Run } from '../../../src/contract/runs.ts'
import { Brush, type Range, within } from './brush.tsx'
import { colourAt } from './colour.ts'
import { ColourKey } from './colour-key.tsx'
import classes from './compare.module.css'
import { RunMark } from './run-mark.tsx'
import { type Scale, scaleOf } from './scale.ts'
import type { Variable } from './variable.ts'

const height = 340
const [top, bottom, side] = [34, 18, 40]
/** Where runs without a value pass, below the least. */
const below = 14
const leastGap = 96

/** One line a run, through the values of each axis; a range that is drawn on an axis leaves the rest faint. */
export function Parallel(props: {
  project: string
  runs: readonly Pick<Run, 'id' | 'name'>[]
  variables: readonly Variable[]
  colourBy: Variable | undefined
  onOnly?: (ids: readonly string[]) => void
}) {
  const { runs, variables, colourBy } = props
  const { ref, width } = useElementSize()
  const [ranges, setRanges] = useState<Readonly<Record<string, Range>>>({})
  const [pointed, point] = useState<string>()
  const axes = useMemo(
    () => variables.map((variable) => ({ variable, scale: scaleOf(variable) })),
    [variables],
  )
  const colours = useMemo(() => (colourBy ? scaleOf(colourBy) : undefined), [colourBy])
  const room = Math.max(width - 2 * side, leastGap * (axes.length - 1))
  const x = (index: number) => side + (axes.length < 2 ? room / 2 : (room * index) / (axes.length - 1))
  const kept = runs.map((_, run) =>
    axes.every(({ variable, scale }) => within(ranges[variable.name], scale.positions[run] ?? null)),
  )
  const count = kept.filter(Boolean).length
  const first = runs.findIndex((run) => run.id === pointed)
  return (
    <div>
      <figure ref={ref} className={classes.scroll} aria-label="Parallel coordinates of the runs">
        {/* biome-ignore lint/a11y/noSvgWithoutTitle: the figure has its name, and a title would pop up everywhere. */}
        <svg width={room + 2 * side} height={height}>
          {runs.map((run, index) =>
            index === first ? null : (
              <Line
                key={run.id}
                {...lineOf(axes, index, x)}
                colour={colourOf(colours, index)}
                faint={!kept[index]}
              />
            ),
          )}
          {axes.map(({ variable, scale }, index) => (
            <Axis key={variable.name} x={x(index)} variable={variable} scale={scale}>
              <Brush
                label={variable.label}
                x={x(index)}
                top={top}
                height={height - top - bottom - below}
                range={ranges[variable.name]}
                onRange={(range) => setRanges(changed(ranges, variable.name, range))}
              />
            </Axis>
          ))}
          {runs.map((run, index) => (
            <RunMark
              key={run.id}
              project={props.project}
              run={run.id}
              label={`Run ${run.name}`}
              onPoint={(on) => point(on ? run.id : undefined)}
            >
              <path d={lineOf(axes, index, x).d} className={classes.hit} />
            </RunMark>
          ))}
          {first < 0 ? null : (
            <Line {...lineOf(axes, first, x)} colour={colourOf(colours, first)} faint={false} strong />
          )}
        </svg>
      </figure>
      <div className={classes.under}>
        {colourBy && colours ? <ColourKey variable={colourBy} /> : null}
        <span role="status">
          {first >= 0
            ? `${runs[first]?.name}: ${axes.map(({ variable, scale }) => `${variable.label} ${scale.texts[first]}`).join(' · ')}`
            : count === runs.length
              ? 'Drag along an axis to choose a range.'
              : `${count} of ${runs.length} runs within the ranges.`}
        </span>
        {count < runs.length && count > 0 && props.onOnly ? (
          <button
            type="button"
            className={classes.textButton}
            onClick={() => {
              setRanges({})
              props.onOnly?.(runs.flatMap((run, index) => (kept[index] ? [run.id] : [])))
            }}
          >
            Compare only these
          </button>
        ) : null}
      </div>
    </div>
  )
}

function changed(ranges: Readonly<Record<string, Range>>, name: string, range: Range | undefined) {
  const { [name]: _, ...rest } = ranges
  return range === undefined ? rest : { ...rest, [name]: range }
}

function colourOf(colours: Scale | undefined, run: number): string {
  return colours === undefined ? 'var(--series-1)' : colourAt(colours.positions[run] ?? null)
}

function lineOf(axes: readonly { scale: Scale }[], run: number, x: (index: number) => number): { d: string } {
  const points = axes.map(
    ({ scale }, index) => `${x(index).toFixed(1)},${yOf(scale.positions[run] ?? null).toFixed(1)}`,
  )
  return { d: `M${points.join('L')}` }
}

function yOf(position: number | null): number {
  const room = height - top - bottom - below
  return position === null ? height - bottom : top + (1 - position) * room
}

function Line(props: { d: string; colour: string; faint: boolean; strong?: boolean }) {
  return (
    <path
      d={props.d}
      fill="none"
      stroke={props.colour}
      strokeWidth={props.strong ? 3 : 1.4}
      opacity={props.faint ? 0.08 : props.strong ? 1 : 0.65}
      pointerEvents="none"
    />
  )
}

function Axis(props: { x: number; variable: Variable; scale: Scale; children: React.ReactNode }) {
  const { x, variable, scale } = props
  const lacking = scale.positions.some((position) => position === null)
  return (
    <g>
      <line x1={x} x2={x} y1={top} y2={height - bottom - below} className={classes.axis} />
      <text x={x} y={14} textAnchor="middle" className={classes.axisName}>
        <title>{variable.name}</title>
        {shortened(variable.label, 16)}
        {scale.log ? ' (log)' : ''}
      </text>
      {scale.ticks.length > 24
        ? null
        : scale.ticks.map((tick) => (
            <text key={tick.label} x={x + 6} y={yOf(tick.at) + 3.5} className={classes.tick}>
              {shortened(tick.label, 12)}
            </text>
          ))}
      {lacking ? (
        <text x={x + 6} y={height - bottom + 4} className={classes.tick}>
          none
        </text>
      ) : null}
      {props.children}
    </g>
  )
}

export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
