/** Fewer labels tell nothing, however long one waits. */
const leastLabelled = 30

export interface Maturity {
  /** Enough labels to go by. */
  readonly mature: boolean
  /** No label that comes now would count. */
  readonly final: boolean
  /** When waiting ends, if it has not. */
  readonly at?: Date
}

/** A window is mature when most of its rows have a label, or when labels had their time and some came. */
export function maturityOf(
  window: { readonly rows: number; readonly labelled: number; readonly to: Date },
  rule: { readonly coverage: number; readonly labels_within_ms: number },
  now: Date,
): Maturity {
  const ends = new Date(window.to.getTime() + rule.labels_within_ms)
  const over = now >= ends
  const complete = window.labelled >= window.rows
  const enough = window.labelled >= Math.min(leastLabelled, window.rows)
  return {
    mature: enough && (over || window.labelled / window.rows >= rule.coverage),
    final: over || complete,
    ...(over ? {} : { at: ends }),
  }
}
