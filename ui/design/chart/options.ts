import uPlot from 'uplot'
import type { Zone } from '../../format/time.ts'
import { resolved as colour, axisFont as font, wholeSteps as steps, timeValues } from './axes.ts'
import type { Picture } from './picture.ts'
import type { Series } from './series.ts'
import { showTip } from './tip.ts'

export interface Latest {
  readonly current: Picture
}

export function optionsOf(latest: Latest, width: number, zone: Zone, tip: HTMLElement): uPlot.Options {
  const picture = latest.current
  const grid = { stroke: colour('--line'), width: 1 }
  const axis = { stroke: colour('--text-3'), font, grid, ticks: { show: false }, gap: 6 }
  return {
    width: Math.max(80, width),
    height: picture.height ?? 190,
    padding: [picture.marks?.length ? 18 : 8, 16, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { size: 7, width: 2, fill: colour('--surface') },
      drag: { x: false, y: false },
      ...(picture.group === undefined ? {} : { sync: { key: picture.group, setSeries: false } }),
    },
    ...(zone === 'utc'
      ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') }
      : {}),
    scales: {
      x: { time: picture.x === 'time', range: () => spanOf(latest.current) },
      y: { range: (_plot, low, high) => rangeOf(latest.current, low, high) },
      foot: { range: [0, 6] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        size: picture.x === 'time' ? 40 : 26,
        ...(picture.x === 'time' ? { values: timeValues } : { incrs: steps }),
      },
      {
        ...axis,
        size: 58,
        space: 34,
        values: (_plot, ticks) => ticks.map((tick) => latest.current.format(tick)),
      },
    ],
    series: [{}, ...picture.series.map(lineOf)],
    hooks: {
      drawAxes: [(plot) => drawMarks(plot, latest.current)],
      draw: [(plot) => drawOver(plot, latest.current)],
      setCursor: [(plot) => showTip(plot, latest.current, zone, tip)],
    },
  }
}

/** From the values themselves: uPlot would draw a single moment on an axis of years. */
function spanOf({ x, xs }: Picture): [number, number] {
  const low = xs[0]
  const high = xs.at(-1)
  if (low === undefined || high === undefined) return [0, 1]
  const least = x === 'time' ? 30 : 1
  const pad = Math.max((high - low) * 0.02, (least - (high - low)) / 2)
  return [low - pad, high + pad]
}

function rangeOf(picture: Picture, low: number | null, high: number | null): [number, number] {
  const limits = (picture.limits ?? []).map((limit) => limit.value)
  const least = Math.min(low ?? 0, ...limits)
  const most = Math.max(high ?? 1, ...limits)
  // Differences below a hundredth of the value are not blown up to the height of the chart.
  const room = Math.max((most - least) * 0.12, (Math.abs(most) || 1) * 0.01)
  const bottom = picture.min ?? (least >= 0 && least - room < 0 ? 0 : least - room)
  return [bottom, picture.max ?? (most + room === bottom ? bottom + 1 : most + room)]
}

function lineOf(series: Series): uPlot.Series {
  const stroke = colour(series.colour)
  const common = { label: series.label, stroke, scale: series.foot ? 'foot' : 'y', points: { show: false } }
  if (series.kind === 'hidden') return { ...common, width: 0, paths: () => null }
  if (series.kind === 'points') {
    return { ...common, width: 0, paths: () => null, points: { show: true, size: 6, fill: stroke, width: 0 } }
  }
  if (series.kind === 'bars') {
    const bars = uPlot.paths.bars?.({ size: [0.82, 26, 2], radius: 0.1 })
    return { ...common, width: 0, fill: stroke, ...(bars ? { paths: bars } : {}) }
  }
  const alone = series.values.filter((value) => value !== null).length < 2
  return {
    ...common,
    width: 1.75,
    spanGaps: true,
    ...(series.dash ? { dash: [...series.dash] } : {}),
    ...(alone ? { points: { show: true, size: 6, fill: stroke } } : {}),
    ...(series.kind === 'area' ? { fill: `${stroke}2b` } : {}),
  }
}

function drawMarks(plot: uPlot, picture: Picture): void {
  const { ctx, bbox } = plot
  const ratio = uPlot.pxRatio
  ctx.save()
  ctx.font = `${10.5 * ratio}px Inter, system-ui, sans-serif`
  ctx.textBaseline = 'bottom'
  ctx.textAlign = 'center'
  for (const mark of picture.marks ?? []) {
    const x = plot.valToPos(mark.at, 'x', true)
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.strokeStyle = colour('--line-strong')
    ctx.lineWidth = ratio
    line(ctx, x, bbox.top, x, bbox.top + bbox.height)
    ctx.fillStyle = colour('--text-3')
    ctx.fillText(mark.label, x, bbox.top - 3 * ratio)
  }
  ctx.restore()
}

function drawOver(plot: uPlot, picture: Picture): void {
  const { ctx, bbox } = plot
  const ratio = uPlot.pxRatio
  ctx.save()
  ctx.beginPath()
  // A little more than the plot, so that marks at its edge stay whole.
  ctx.rect(bbox.left - 6 * ratio, bbox.top - 6 * ratio, bbox.width + 12 * ratio, bbox.height + 12 * ratio)
  ctx.clip()
  picture.paint?.(plot, colour)
  ctx.font = `${10.5 * ratio}px Inter, system-ui, sans-serif`
  for (const limit of picture.limits ?? []) {
    const y = Math.round(plot.valToPos(limit.value, 'y', true)) + 0.5
    ctx.strokeStyle = colour('--bad')
    ctx.globalAlpha = 0.75
    ctx.lineWidth = ratio
    ctx.setLineDash([4 * ratio, 4 * ratio])
    line(ctx, bbox.left, y, bbox.left + bbox.width, y)
    ctx.setLineDash([])
    ctx.globalAlpha = 1
    const { left, below } = roomFor(picture, limit.value)
    const x = left ? bbox.left + 4 * ratio : bbox.left + bbox.width - 4 * ratio
    const width = ctx.measureText(limit.label).width
    ctx.fillStyle = colour('--surface')
    ctx.globalAlpha = 0.8
    ctx.fillRect(left ? x - 2 : x - width - 2, below ? y + 2 * ratio : y - 16 * ratio, width + 4, 14 * ratio)
    ctx.globalAlpha = 1
    ctx.fillStyle = colour('--bad-text')
    ctx.textAlign = left ? 'left' : 'right'
    ctx.textBaseline = below ? 'top' : 'bottom'
    ctx.fillText(limit.label, x, y + (below ? 4 : -3) * ratio)
  }
  ctx.restore()
}

/** Where the name of a limit hides no value: at the end where they keep further away, on the other side of the line. */
function roomFor(picture: Picture, limit: number): { left: boolean; below: boolean } {
  const values = (picture.series.find((each) => !each.foot && each.kind !== 'hidden')?.values ?? []).filter(
    (value) => value !== null,
  )
  const few = Math.max(1, Math.round(values.length * 0.2))
  const distance = (part: readonly number[]) => Math.min(...part.map((value) => Math.abs(value - limit)))
  const left = distance(values.slice(0, few)) > distance(values.slice(-few))
  const there = left ? values.slice(0, few) : values.slice(-few)
  return { left, below: there.some((value) => value > limit) }
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath()
  ctx.moveTo(x1, y1)
  ctx.lineTo(x2, y2)
  ctx.stroke()
}
