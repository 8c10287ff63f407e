import uPlot from 'uplot'
import type { Zone } from '../../../format/time.ts'
import { duration } from '../../../format/time.ts'
import { axisFont, resolved, timeValues, wholeSteps } from '../axes.ts'
import { type Curve, extentOf, type Span, spanOf } from './curve.ts'
import { type Layer, Painter, type View } from './painter.ts'

export type XAxis = 'step' | 'time' | 'relative'

export interface PlotOptions {
  readonly place: HTMLElement
  readonly x: XAxis
  readonly log: boolean
  readonly zone: Zone
  readonly height: number
  readonly format: (value: number) => string
  /** Charts of one group show their cursors together. */
  readonly group: string | undefined
  /** The reader chose a span; undefined for all there is. */
  readonly onSpan: (span: Span | undefined) => void
  readonly onCursor: (cursor: { left: number; top: number; x: number } | undefined) => void
}

/** How long after the last movement the vertical axis fits itself to what is seen, and the span is told. */
const settleMs = 160

/** Axes, gestures and the picture of the curves; knows nothing of React. */
export class CurvePlot {
  readonly plot: uPlot
  readonly #painter: Painter
  readonly #options: PlotOptions
  #lines: readonly Curve[] = []
  #whole: Span = [0, 1]
  #span: Span | undefined
  #values: Span = [0, 1]
  #settle: ReturnType<typeof setTimeout> | undefined
  #drag: { x: number; span: Span } | undefined

  constructor(options: PlotOptions) {
    this.#options = options
    this.#painter = new Painter(() => this.plot.redraw(false, false))
    this.plot = new uPlot(
      this.#uplotOptions(),
      [
        [0, 1],
        [null, null],
      ] as uPlot.AlignedData,
      options.place,
    )
    this.#listen()
  }

  get span(): Span {
    return this.#span ?? this.#whole
  }

  /** What is drawn: faint lines lie below the others. */
  setCurves(lines: readonly Curve[], faint: readonly Curve[], whole: Span | undefined): void {
    this.#lines = lines
    const ratio = devicePixelRatio
    const layer = (curve: Curve, width: number, alpha: number): Layer => ({
      curve,
      colour: resolved(curve.colour),
      width: width * ratio,
      alpha,
    })
    this.#painter.setLayers([
      ...faint.map((curve) => layer(curve, 1, 0.25)),
      ...lines.map((curve) => layer(curve, lines.length > 12 ? 1.2 : 1.6, 0.95)),
    ])
    this.#whole = padded(whole ?? spanOf(lines) ?? [0, 1], this.#options.x)
    this.#fit()
  }

  /** Shows a span, or all there is. */
  show(span: Span | undefined): void {
    if (this.#span?.[0] === span?.[0] && this.#span?.[1] === span?.[1]) return
    this.#span = span
    this.#fit()
  }

  /** Moves by a share of what is seen, or with `zoom` > 1 closer to the share `at` of it. */
  move(by: number, zoom = 1, at = 0.5): void {
    const [from, to] = this.span
    const size = (to - from) / zoom
    const middle = from + (to - from) * at
    const start = zoom === 1 ? from + (to - from) * by : middle - size * at
    this.#look([start, start + size])
  }

  size(width: number, height: number): void {
    this.plot.setSize({ width: Math.max(120, width), height })
  }

  destroy(): void {
    clearTimeout(this.#settle)
    this.#painter.stop()
    window.removeEventListener('mousemove', this.#dragged)
    window.removeEventListener('mouseup', this.#dropped)
    this.plot.destroy()
  }

  /** While a gesture goes on only the axes move; the rest follows when it rests. */
  #look(span: Span): void {
    const [low, high] = this.#whole
    const size = Math.min(span[1] - span[0], high - low)
    const least = this.#options.x === 'step' ? 2 : 1e-3
    if (size < least) return
    const from = Math.max(low, Math.min(span[0], high - size))
    this.#span = size >= high - low ? undefined : [from, from + size]
    this.#apply()
    clearTimeout(this.#settle)
    this.#settle = setTimeout(() => {
      this.#fit()
      this.#options.onSpan(this.#span)
    }, settleMs)
  }

  #fit(): void {
    const extent = extentOf(this.#lines, this.span, this.#options.log)
    this.#values = roomy(extent, this.#options.log)
    this.#apply()
  }

  #apply(): void {
    const [from, to] = this.span
    const [low, high] = this.#values
    this.plot.batch(() => {
      this.plot.setScale('x', { min: from, max: to })
      this.plot.setScale('y', { min: low, max: high })
    })
  }

  readonly #paint = (plot: uPlot): void => {
    const { left, top, width, height } = plot.bbox
    const [x0, x1] = this.span
    const [y0, y1] = this.#values
    const view: View = { x0, x1, y0, y1, log: this.#options.log, width, height }
    this.#painter.draw(plot.ctx, view, left, top)
  }

  #listen(): void {
    const { over } = this.plot
    over.addEventListener(
      'wheel',
      (event) => {
        const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY)
        // A plain wheel scrolls the page, as everywhere.
        if (!sideways && !event.ctrlKey && !event.metaKey && !event.shiftKey) return
        event.preventDefault()
        const width = over.clientWidth
        if (sideways || event.shiftKey) this.move((event.deltaX || event.deltaY) / width)
        else this.move(0, Math.exp(-event.deltaY * 0.002), event.offsetX / width)
      },
      { passive: false },
    )
    over.addEventListener('mouseleave', () => this.#options.onCursor(undefined))
    window.addEventListener('mousemove', this.#dragged)
    window.addEventListener('mouseup', this.#dropped)
  }

  readonly #dragged = (event: MouseEvent): void => {
    if (this.#drag === undefined) return
    const share = (event.clientX - this.#drag.x) / this.plot.over.clientWidth
    const [from, to] = this.#drag.span
    const by = (to - from) * share
    this.#look([from - by, to - by])
  }

  readonly #dropped = (): void => {
    this.#drag = undefined
  }

  #uplotOptions(): uPlot.Options {
    const { x, log, zone, height, format, group, place } = this.#options
    const grid = { stroke: resolved('--line'), width: 1 }
    const axis = { stroke: resolved('--text-3'), font: axisFont, grid, ticks: { show: false }, gap: 6 }
    const time = x === 'time'
    return {
      width: Math.max(120, place.clientWidth),
      height,
      padding: [8, 14, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        bind: {
          mousedown: (_plot, _target, handler) => (event: MouseEvent) => {
            if (!event.shiftKey) return handler(event)
            this.#drag = { x: event.clientX, span: this.span }
            return null
          },
          dblclick: () => () => {
            this.#span = undefined
            this.#fit()
            this.#options.onSpan(undefined)
            return null
          },
        },
        ...(group === undefined ? {} : { sync: { key: group, setSeries: false } }),
      },
      ...(zone === 'utc'
        ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') }
        : {}),
      scales: {
        x: { time, auto: false, range: (_plot, low, high) => [low, high] },
        y: { auto: false, distr: log ? 3 : 1, range: (_plot, low, high) => [low, high] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          space: 64,
          size: time ? 40 : 26,
          ...(time ? { values: timeValues } : {}),
          ...(x === 'step' ? { incrs: wholeSteps, values: (_p, ticks) => ticks.map(stepText) } : {}),
          ...(x === 'relative' ? { values: (_p, ticks) => ticks.map((tick) => duration(tick * 1000)) } : {}),
        },
        {
          ...axis,
          size: 58,
          space: 30,
          values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : format(tick))),
        },
      ],
      series: [{}, { show: true, paths: () => null, points: { show: false } }],
      hooks: {
        draw: [this.#paint],
        setCursor: [
          (plot) => {
            const { left = -1, top = -1 } = plot.cursor
            const inside = left >= 0 && plot.over.matches(':hover')
            this.#options.onCursor(inside ? { left, top, x: plot.posToVal(left, 'x') } : undefined)
          },
        ],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select
            if (width < 4) return
            const span: Span = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
            this.#look(span)
          },
        ],
      },
    }
  }
}

const compactStep = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 })

function stepText(step: number): string {
  return Math.abs(step) < 100_000 ? step.toLocaleString('en') : compactStep.format(step)
}

function padded([low, high]: Span, x: XAxis): Span {
  const least = x === 'step' ? 1 : 10
  const pad = Math.max((high - low) * 0.01, (least - (high - low)) / 2)
  return [low - pad, high + pad]
}

function roomy(extent: Span | undefined, log: boolean): Span {
  if (extent === undefined) return log ? [0.1, 10] : [0, 1]
  const [low, high] = extent
  if (log) return low === high ? [low / 2, high * 2] : [low / 1.1, high * 1.1]
  const room = Math.max(
    (high - low) * 0.06,
    Math.abs(high) * 1e-6,
    high === low ? Math.abs(high) * 0.1 || 1 : 0,
  )
  return [low - room, high + room]
}
