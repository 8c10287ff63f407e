import { metric } from '../../format/number.ts'
import { categoriesOf, type Variable } from './variable.ts'

export interface Tick {
  /** From 0, the least, to 1. */
  readonly at: number
  readonly label: string
}

/** Where the values of one variable lie on an axis. */
export interface Scale {
  readonly log: boolean
  readonly ticks: readonly Tick[]
  /** From 0 to 1; null where a run lacks the value. In the order of the runs. */
  readonly positions: readonly (number | null)[]
  /** In words, in the order of the runs. */
  readonly texts: readonly string[]
}

/** Above this ratio of greatest to least, numbers above zero are laid out by their logarithm, as learning rates are. */
const logRatio = 50

export function scaleOf(variable: Variable): Scale {
  return variable.kind === 'number' ? numberScale(variable.values) : categoryScale(variable)
}

function categoryScale(variable: Extract<Variable, { kind: 'category' }>): Scale {
  const categories = categoriesOf(variable)
  const place = (category: string) => (categories.indexOf(category) + 0.5) / categories.length
  return {
    log: false,
    ticks: categories.map((label) => ({ at: place(label), label })),
    positions: variable.values.map((value) => (value === null ? null : place(value))),
    texts: variable.values.map((value) => value ?? '–'),
  }
}

function numberScale(values: readonly (number | null)[]): Scale {
  const known = values.filter((value) => value !== null)
  const [low, high] = [least(known), greatest(known)]
  const log = low > 0 && high / low > logRatio
  const shape = log ? Math.log10 : (value: number) => value
  const [from, to] = padded(shape(low), shape(high))
  const place = (value: number) => (shape(value) - from) / (to - from)
  return {
    log,
    ticks: (log ? logTicks(low, high) : roundTicks(from, to)).map((value) => ({
      at: place(value),
      label: metric(value),
    })),
    positions: values.map((value) => (value === null ? null : place(value))),
    texts: values.map((value) => (value === null ? '–' : metric(value))),
  }
}

function padded(from: number, to: number): [number, number] {
  if (from === to) return [from - 0.5, to + 0.5]
  const room = (to - from) * 0.04
  return [from - room, to + room]
}

/** Round numbers, about five of them, within the range. */
export function roundTicks(from: number, to: number): number[] {
  const rough = (to - from) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10)
  const first = Math.ceil(from / step)
  const last = Math.floor(to / step)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  )
}

function logTicks(low: number, high: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)]
  const every = Math.max(1, Math.ceil((last - first + 1) / 6))
  const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
  return powers.filter((_, index) => index % every === 0).map((power) => 10 ** power)
}

function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), values[0] ?? 0)
}

function greatest(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), values[0] ?? 0)
}
