import { useElementSize } from '@mantine/hooks'
import { contours } from 'd3-contour'
import { useMemo, useState } from 'react'
import type { Run } from '../../../src/contract/runs.ts'
import { colourAt } from './colour.ts'
import { ColourKey } from './colour-key.tsx'
import classes from './compare.module.css'
import { shortened } from './parallel.tsx'
import { RunMark } from './run-mark.tsx'
import { type Scale, scaleOf } from './scale.ts'
import { surfaceOf } from './surface.ts'
import type { Variable } from './variable.ts'

const height = 380
const [left, right, top, bottom] = [58, 14, 12, 44]
const cells = 64
const levels = 10

interface Point {
  readonly run: number
  readonly x: number
  readonly y: number
  readonly z: number | null
}

/** Runs by two quantities, coloured by a third; with `surface`, contours of the third between the runs. */
export function Plane(props: {
  project: string
  runs: readonly Pick<Run, 'id' | 'name'>[]
  x: Variable
  y: Variable
  z: Variable | undefined
  surface: boolean
}) {
  const { ref, width } = useElementSize()
  const [pointed, point] = useState<number>()
  const x = useMemo(() => scaleOf(props.x), [props.x])
  const y = useMemo(() => scaleOf(props.y), [props.y])
  const z = useMemo(() => (props.z ? scaleOf(props.z) : undefined), [props.z])
  const points = useMemo(() => pointsOf(props.runs.length, x, y, z), [props.runs.length, x, y, z])
  const inner = { width: Math.max(160, width - left - right), height: height - top - bottom }
  const shown = pointed === undefined ? undefined : props.runs[pointed]
  return (
    <div>
      <figure
        ref={ref}
        className={classes.scroll}
        aria-label={`Runs by ${props.x.label} and ${props.y.label}`}
      >
        {/* biome-ignore lint/a11y/noSvgWithoutTitle: the figure has its name, and a title would pop up everywhere. */}
        <svg width={inner.width + left + right} height={height}>
          <g transform={`translate(${left} ${top})`}>
            {props.surface && z ? <Contours points={points} {...inner} /> : null}
            <Axes x={x} y={y} names={[props.x.label, props.y.label]} {...inner} />
            {points.map(({ run, ...at }) => (
              <RunMark
                key={run}
                project={props.project}
                run={props.runs[run]?.id ?? ''}
                label={`Run ${props.runs[run]?.name}: ${textOf(props, [x, y, z], run)}`}
                onPoint={(on) => point(on ? run : undefined)}
              >
                <circle
                  cx={at.x * inner.width}
                  cy={(1 - at.y) * inner.height}
                  r={run === pointed ? 7 : 4.5}
                  fill={z === undefined ? 'var(--series-1)' : colourAt(at.z)}
                  className={classes.dot}
                />
              </RunMark>
            ))}
          </g>
        </svg>
      </figure>
      <div className={classes.under}>
        {props.z ? <ColourKey variable={props.z} /> : null}
        <span role="status">
          {shown !== undefined && pointed !== undefined
            ? `${shown.name}: ${textOf(props, [x, y, z], pointed)}`
            : points.length < props.runs.length
              ? `${points.length} of ${props.runs.length} runs have both.`
              : ''}
        </span>
      </div>
    </div>
  )
}

function textOf(
  names: { x: Variable; y: Variable; z: Variable | undefined },
  scales: readonly (Scale | undefined)[],
  run: number,
): string {
  return [names.x, names.y, names.z]
    .flatMap((variable, index) => (variable ? [`${variable.label} ${scales[index]?.texts[run]}`] : []))
    .join(' · ')
}

function pointsOf(count: number, x: Scale, y: Scale, z: Scale | undefined): Point[] {
  return Array.from({ length: count }, (_, run) => run).flatMap((run) => {
    const [a, b] = [x.positions[run] ?? null, y.positions[run] ?? null]
    return a === null || b === null ? [] : [{ run, x: a, y: b, z: z?.positions[run] ?? null }]
  })
}

function Contours(props: { points: readonly Point[]; width: number; height: number }) {
  const { points, width, height } = props
  const shapes = useMemo(() => {
    const samples = points.flatMap(({ x, y, z }) => (z === null ? [] : [{ x, y, z }]))
    if (samples.length < 4) return []
    const { values } = surfaceOf(samples, cells, cells)
    const thresholds = Array.from({ length: levels }, (_, index) => index / levels)
    // Where nothing is known lies below the least level.
    const known = Array.from(values, (value) => (Number.isNaN(value) ? -1 : value))
    return contours().size([cells, cells]).thresholds(thresholds)(known)
  }, [points])
  return shapes.map((shape) => (
    <path
      key={shape.value}
      d={shape.coordinates
        .flat()
        .map(
          (ring) =>
            `M${ring.map(([cx = 0, cy = 0]) => `${((cx / cells) * width).toFixed(1)},${((1 - cy / cells) * height).toFixed(1)}`).join('L')}Z`,
        )
        .join('')}
      fill={colourAt(shape.value + 0.5 / levels)}
      fillRule="evenodd"
      className={classes.contour}
    />
  ))
}

function Axes(props: {
  x: Scale
  y: Scale
  names: readonly [string, string]
  width: number
  height: number
}) {
  const { x, y, names, width, height } = props
  const every = Math.max(1, Math.ceil(x.ticks.length / Math.max(2, Math.floor(width / 70))))
  return (
    <g>
      {x.ticks.map((tick, index) =>
        index % every > 0 ? null : (
          <g key={tick.label}>
            <line x1={tick.at * width} x2={tick.at * width} y2={height} className={classes.grid} />
            <text x={tick.at * width} y={height + 16} textAnchor="middle" className={classes.tick}>
              {shortened(tick.label, 10)}
            </text>
          </g>
        ),
      )}
      {y.ticks.length > 24
        ? null
        : y.ticks.map((tick) => (
            <g key={tick.label}>
              <line
                x2={width}
                y1={(1 - tick.at) * height}
                y2={(1 - tick.at) * height}
                className={classes.grid}
              />
              <text x={-8} y={(1 - tick.at) * height + 3.5} textAnchor="end" className={classes.tick}>
                {shortened(tick.label, 8)}
              </text>
            </g>
          ))}
      <rect width={width} height={height} className={classes.frame} />
      <text x={width / 2} y={height + 36} textAnchor="middle" className={classes.axisName}>
        {names[0]}
        {x.log ? ' (log)' : ''}
      </text>
      <text
        transform={`translate(${-left + 12} ${height / 2}) rotate(-90)`}
        textAnchor="middle"
        className={classes.axisName}
      >
        {names[1]}
        {y.log ? ' (log)' : ''}
      </text>
    </g>
  )
}
