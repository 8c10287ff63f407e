import type { WindowRule } from '../../contract/monitoring.ts'
import type { PredictionLog } from './prediction-log.ts'
import {
  arrivalMs,
  type LogPart,
  type LogWindow,
  ruleOf,
  spanEnd,
  windowByRows,
  windowByTime,
} from './windows.ts'

const page = 1000

/** What follows in the log: a closed window, or nothing before the time `at` (where it is known). */
export type NextWindow = { readonly window: LogWindow } | { readonly window: undefined; readonly at?: Date }

/** The first closed window after a sequence, of predictions that were made since a time. */
export async function nextWindow(
  log: PredictionLog,
  monitor: { readonly deploymentId: string; readonly through: number; readonly since: Date },
  rule: WindowRule,
  now: Date,
): Promise<NextWindow> {
  const kind = ruleOf(rule)
  const parts: LogPart[] = []
  for await (const found of pages(log, monitor)) {
    parts.push(...found)
    const [first] = parts
    if (first === undefined) continue
    if ('rows' in kind) {
      const window = windowByRows(parts, kind.rows)
      if (window !== undefined) return { window }
      continue
    }
    const closes = new Date(spanEnd(first, kind.ms).getTime() + arrivalMs)
    if (now < closes) return { window: undefined, at: closes }
    if (parts.some((part) => part.firstTime >= spanEnd(first, kind.ms))) break
  }
  const window = 'ms' in kind ? windowByTime(parts, kind.ms) : undefined
  return { window }
}

/** What was predicted before the monitor began belongs to another version of the model, or to another reference. */
async function* pages(
  log: PredictionLog,
  { deploymentId, through, since }: { deploymentId: string; through: number; since: Date },
): AsyncGenerator<LogPart[]> {
  let after = through
  for (;;) {
    const found = await log.parts(deploymentId, { after, limit: page })
    yield found.filter((part) => part.firstTime >= since)
    const last = found.at(-1)
    if (last === undefined || found.length < page) return
    after = last.sequence
  }
}
