import type { WindowRule } from '../../contract/monitoring.ts'

/** A converted piece of the prediction log, as serving lists it. */
export interface LogPart {
  readonly digest: string
  readonly rows: number
  readonly firstTime: Date
  readonly lastTime: Date
  readonly fromSequence: number
  readonly sequence: number
}

/** Whole parts that follow one another: a part is in one window of a kind, and a window never changes. */
export interface LogWindow {
  readonly parts: readonly LogPart[]
  readonly firstSequence: number
  readonly lastSequence: number
  readonly from: Date
  readonly to: Date
  readonly rows: number
}

/** After the end of a window by time, parts that are on their way have so long to come. */
export const arrivalMs = 30_000

/** A window by count closes with the part that makes it full; undefined while it is not. */
export function windowByRows(parts: readonly LogPart[], rows: number): LogWindow | undefined {
  let sum = 0
  for (const [index, part] of parts.entries()) {
    sum += part.rows
    if (sum >= rows) return windowOf(parts.slice(0, index + 1))
  }
  return undefined
}

/** The end of the span of time, counted from 1970 in UTC, that a part began in. */
export function spanEnd(part: LogPart, ms: number): Date {
  return new Date((Math.floor(part.firstTime.getTime() / ms) + 1) * ms)
}

/** A window by time has all parts that began in the span of the first; the caller has waited for its end. */
export function windowByTime(parts: readonly LogPart[], ms: number): LogWindow | undefined {
  const [first] = parts
  if (first === undefined) return undefined
  const end = spanEnd(first, ms)
  const next = parts.findIndex((part) => part.firstTime >= end)
  return windowOf(next < 0 ? parts : parts.slice(0, next))
}

function windowOf(parts: readonly LogPart[]): LogWindow {
  const sequences = parts.flatMap((part) => [part.fromSequence, part.sequence])
  return {
    parts,
    firstSequence: Math.min(...sequences),
    lastSequence: Math.max(...sequences),
    from: new Date(Math.min(...parts.map((part) => part.firstTime.getTime()))),
    to: new Date(Math.max(...parts.map((part) => part.lastTime.getTime()))),
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
  }
}

/** The two kinds of rules as one thing to switch on. */
export function ruleOf(rule: WindowRule): { rows: number } | { ms: number } {
  if (rule.rows !== undefined) return { rows: rule.rows }
  if (rule.ms !== undefined) return { ms: rule.ms }
  throw new Error('A window rule has rows or ms.')
}
