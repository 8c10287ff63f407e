import { type Curve, lowerBound } from './curve.ts'

/** What part of the plane a picture shows, and at how many device pixels. */
export interface View {
  readonly x0: number
  readonly x1: number
  readonly y0: number
  readonly y1: number
  readonly log: boolean
  readonly width: number
  readonly height: number
}

export interface Layer {
  readonly curve: Curve
  readonly colour: string
  readonly width: number
  readonly alpha: number
}

/** How long a slice of painting may take, so that frames stay short however many points there are. */
const sliceMs = 6

/**
 * Paints curves into a picture of its own, a slice a frame; until a new one is finished the last one stands in,
 * moved and stretched to where the axes are now. So a gesture costs one copy of a picture a frame.
 */
export class Painter {
  #front: { canvas: HTMLCanvasElement; view: View } | undefined
  #spare: HTMLCanvasElement | undefined
  #layers: readonly Layer[] = []
  #job: { view: View; at: number; canvas: HTMLCanvasElement } | undefined
  #frame = 0
  readonly #finished: () => void

  constructor(finished: () => void) {
    this.#finished = finished
  }

  /** New curves: what was painted of the old ones is not shown any more once they are ready. */
  setLayers(layers: readonly Layer[]): void {
    this.#layers = layers
    this.#job = undefined
    if (this.#front) this.#front = { ...this.#front, view: { ...this.#front.view, width: -1 } }
  }

  /** Draws what there is for the view, and begins to paint what is missing. `left` and `top` in device pixels. */
  draw(target: CanvasRenderingContext2D, view: View, left: number, top: number): void {
    if (view.width < 1 || view.height < 1) return
    if (this.#front !== undefined) blit(target, this.#front, view, left, top)
    const shown = this.#front?.view
    if (shown !== undefined && same(shown, view)) return
    if (this.#job === undefined || !same(this.#job.view, view)) {
      const canvas = this.#job?.canvas ?? this.#spare ?? document.createElement('canvas')
      this.#spare = undefined
      canvas.width = view.width
      canvas.height = view.height
      this.#job = { view, at: 0, canvas }
    }
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#slice)
  }

  get busy(): boolean {
    return this.#job !== undefined
  }

  stop(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    this.#job = undefined
  }

  readonly #slice = (): void => {
    this.#frame = 0
    const job = this.#job
    const ctx = job?.canvas.getContext('2d', { willReadFrequently: true })
    if (!job || !ctx) return
    const started = performance.now()
    do {
      const layer = this.#layers[job.at]
      if (layer === undefined) break
      paint(ctx, layer, job.view)
      job.at += 1
      // Reading a pixel makes the browser paint now what it would put off, so that its time is counted here.
      ctx.getImageData(0, 0, 1, 1)
    } while (performance.now() - started < sliceMs)
    if (job.at < this.#layers.length) {
      this.#frame = requestAnimationFrame(this.#slice)
      return
    }
    this.#spare = this.#front?.canvas
    this.#front = { canvas: job.canvas, view: job.view }
    this.#job = undefined
    this.#finished()
  }
}

function same(a: View, b: View): boolean {
  return (
    a.x0 === b.x0 &&
    a.x1 === b.x1 &&
    a.y0 === b.y0 &&
    a.y1 === b.y1 &&
    a.log === b.log &&
    a.width === b.width &&
    a.height === b.height
  )
}

const scaled = (value: number, log: boolean): number => (log ? Math.log10(value) : value)

function blit(
  target: CanvasRenderingContext2D,
  { canvas, view: from }: { canvas: HTMLCanvasElement; view: View },
  to: View,
  left: number,
  top: number,
): void {
  if (from.log !== to.log) return
  const [y0, y1] = [scaled(to.y0, to.log), scaled(to.y1, to.log)]
  const [f0, f1] = [scaled(from.y0, from.log), scaled(from.y1, from.log)]
  const xOf = (x: number) => ((x - to.x0) / (to.x1 - to.x0)) * to.width
  const yOf = (y: number) => (1 - (y - y0) / (y1 - y0)) * to.height
  const [x, y] = [xOf(from.x0), yOf(f1)]
  target.save()
  target.beginPath()
  target.rect(left, top, to.width, to.height)
  target.clip()
  target.drawImage(canvas, left + x, top + y, xOf(from.x1) - x, yOf(f0) - y)
  target.restore()
}

/** Where values come to lie, in device pixels. */
function placer(view: View) {
  const [y0, y1] = [scaled(view.y0, view.log), scaled(view.y1, view.log)]
  const kx = view.width / (view.x1 - view.x0)
  const ky = view.height / (y1 - y0)
  return {
    x: (value: number) => (value - view.x0) * kx,
    y: (value: number) => view.height - (scaled(value, view.log) - y0) * ky,
  }
}

export function paint(ctx: CanvasRenderingContext2D, layer: Layer, view: View): void {
  const { curve } = layer
  const start = Math.max(0, lowerBound(curve.xs, view.x0) - 1)
  const end = Math.min(curve.xs.length, lowerBound(curve.xs, view.x1) + 1)
  if (curve.low && curve.high) paintBand(ctx, layer, view, start, end)
  ctx.globalAlpha = layer.alpha
  ctx.strokeStyle = layer.colour
  ctx.lineWidth = layer.width
  ctx.lineJoin = 'bevel'
  ctx.beginPath()
  const alone = trace(ctx, curve.xs, curve.ys, view, start, end)
  ctx.stroke()
  ctx.fillStyle = layer.colour
  for (const [x, y] of alone) {
    ctx.beginPath()
    ctx.arc(x, y, layer.width * 1.6, 0, 2 * Math.PI)
    ctx.fill()
  }
  ctx.globalAlpha = 1
}

/**
 * The line, with at most four corners in each column of pixels: entry, least, greatest, exit; no extreme is lost.
 * Returns points that stand alone between gaps, which a line would not show.
 */
function trace(
  ctx: CanvasRenderingContext2D,
  xs: Float64Array,
  ys: Float64Array,
  view: View,
  start: number,
  end: number,
): [number, number][] {
  const place = placer(view)
  const alone: [number, number][] = []
  let run = 0
  let [column, least, greatest, last] = [Number.NaN, 0, 0, 0]
  let lastX = 0
  const close = () => {
    if (run > 1) {
      ctx.lineTo(column, least)
      ctx.lineTo(column, greatest)
      ctx.lineTo(lastX, last)
    } else if (run === 1) alone.push([lastX, last])
  }
  for (let at = start; at < end; at += 1) {
    const y = place.y(ys[at] ?? Number.NaN)
    if (!Number.isFinite(y)) {
      close()
      run = 0
      column = Number.NaN
      continue
    }
    const x = place.x(xs[at] ?? 0)
    const here = Math.floor(x)
    if (run === 0) ctx.moveTo(x, y)
    else if (here !== column) {
      if (least !== greatest) {
        ctx.lineTo(column, least)
        ctx.lineTo(column, greatest)
        ctx.lineTo(lastX, last)
      }
      ctx.lineTo(x, y)
    }
    if (here !== column) {
      column = here
      least = y
      greatest = y
    } else {
      least = Math.min(least, y)
      greatest = Math.max(greatest, y)
    }
    ;[lastX, last] = [x, y]
    run += 1
  }
  close()
  return alone
}

function paintBand(
  ctx: CanvasRenderingContext2D,
  { curve, colour }: Layer,
  view: View,
  start: number,
  end: number,
): void {
  const { low, high, xs } = curve
  if (!low || !high) return
  const place = placer(view)
  ctx.globalAlpha = 0.16
  ctx.fillStyle = colour
  let from = start
  while (from < end) {
    while (from < end && !(Number.isFinite(low[from]) && Number.isFinite(high[from]))) from += 1
    let to = from
    while (to < end && Number.isFinite(low[to]) && Number.isFinite(high[to])) to += 1
    if (to - from > 1) {
      ctx.beginPath()
      for (let at = from; at < to; at += 1) ctx.lineTo(place.x(xs[at] ?? 0), place.y(high[at] ?? 0))
      for (let at = to - 1; at >= from; at -= 1) ctx.lineTo(place.x(xs[at] ?? 0), place.y(low[at] ?? 0))
      ctx.fill()
    }
    from = to
  }
}
