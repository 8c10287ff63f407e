import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type ColumnSummary, mergeSummaries } from './summary.ts'

function summarize(values: readonly (number | null)[]): ColumnSummary {
  const known = values.filter((value) => value !== null)
  const count = known.length
  const mean = known.reduce((sum, value) => sum + value, 0) / count
  const m2 = known.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const counts: Record<string, number> = {}
  for (const value of known) counts[value] = (counts[value] ?? 0) + 1
  return {
    count,
    nulls: values.length - count,
    ...(count > 0 ? { numeric: { mean, m2, min: Math.min(...known), max: Math.max(...known) } } : {}),
    values: counts,
  }
}

describe('summaries', () => {
  it('merge to the summary of the whole', () => {
    const column = fc.array(fc.option(fc.integer({ min: -5, max: 5 })), { maxLength: 40 })
    fc.assert(
      fc.property(column, column, (a, b) => {
        const merged = mergeSummaries({ c: summarize(a) }, { c: summarize(b) }).c
        const whole = summarize([...a, ...b])
        assert.deepEqual({ ...merged, numeric: 0 }, { ...whole, numeric: 0 })
        assert.equal(merged?.numeric === undefined, whole.numeric === undefined)
        for (const key of ['mean', 'm2', 'min', 'max'] as const) {
          const [found, exact] = [merged?.numeric?.[key] ?? 0, whole.numeric?.[key] ?? 0]
          assert.ok(Math.abs(found - exact) < 1e-9 * (1 + Math.abs(exact)), `${key}: ${found} for ${exact}`)
        }
      }),
    )
  })

  it('give up counting values when there are too many', () => {
    const many = (from: number) => summarize(Array.from({ length: 20 }, (_, i) => from + i))
    const merged = mergeSummaries({ c: many(0) }, { c: many(20) })
    assert.equal(merged.c?.values, undefined)
    assert.equal(mergeSummaries(merged, { c: many(0) }).c?.values, undefined)
  })
})
