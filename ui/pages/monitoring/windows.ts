import type { Window, WindowRule } from '../../../src/contract/monitoring.ts'
import { count } from '../../format/number.ts'
import { duration } from '../../format/time.ts'

/** Where a window stands on the axis of time, in seconds. */
export function middleOf(window: Pick<Window, 'from' | 'to'>): number {
  return (Date.parse(window.from) + Date.parse(window.to)) / 2000
}

/** "500 rows" or "1 d". */
export function ruleOf(rule: WindowRule): string {
  return rule.rows === undefined ? duration(rule.ms ?? 0) : `${count(rule.rows)} rows`
}

/** The marks that fall within the windows shown. */
export function inside<M extends { readonly at: number }>(
  marks: readonly M[],
  windows: readonly Pick<Window, 'from' | 'to'>[],
): M[] {
  const first = windows[0]
  const last = windows.at(-1)
  if (first === undefined || last === undefined) return []
  return marks.filter(
    (mark) => mark.at >= Date.parse(first.from) / 1000 && mark.at <= Date.parse(last.to) / 1000,
  )
}
