import type { DriftColumn } from '../../../contract/monitoring.ts'
import { adjustedP } from '../statistics/benjamini-hochberg.ts'
import { homogeneityP } from '../statistics/homogeneity.ts'
import { jensenShannonDistance } from '../statistics/jensenshannon.ts'
import { populationStability } from '../statistics/psi.ts'
import type { ColumnReference, Reference } from './reference.ts'

/** The usual "moderate shift" of the PSI, and the default of NannyML's peers for the distance. */
const thresholds = { psi: 0.1, js: 0.1 } as const
/**
 * A column has drifted when its score says that the change is large *and* its p-value that it is no accident of a small
 * window. With this level, one window in a thousand without any change has one drifted column.
 */
const level = 0.001
/** Fewer rows tell nothing. */
const leastRows = 30

export interface DriftJudgement {
  readonly columns: readonly DriftColumn[]
  readonly share: number
  readonly verdict: 'good' | 'bad' | 'too_few_rows'
}

/** Compares a window with the reference; `share` is the share of drifted columns that makes it bad. */
export function judgeDrift(
  reference: Reference,
  window: { readonly rows: number; readonly counts: readonly (readonly number[])[] },
  share: number,
): DriftJudgement {
  const current = reference.columns.map((_column, i) => window.counts[i] ?? [])
  const p = adjustedP(reference.columns.map((column, i) => homogeneityP(column.counts, current[i] ?? [])))
  const columns = reference.columns.map((column, i) => {
    const counts = current[i] ?? []
    const score = scoreOf(column, counts)
    const threshold = thresholds[column.test]
    const pValue = p[i] ?? 1
    return {
      name: column.name,
      test: column.test,
      score,
      threshold,
      p_value: pValue,
      drifted: score >= threshold && pValue < level,
      missing: window.rows === 0 ? 0 : (counts.at(-1) ?? 0) / window.rows,
    }
  })
  const drifted =
    columns.length === 0 ? 0 : columns.filter((column) => column.drifted).length / columns.length
  if (window.rows < leastRows) return { columns, share: drifted, verdict: 'too_few_rows' }
  return { columns, share: drifted, verdict: drifted >= share && drifted > 0 ? 'bad' : 'good' }
}

function scoreOf(column: ColumnReference, counts: readonly number[]): number {
  const [r, c] = smoothed(column.counts, counts)
  if (column.test === 'psi') return populationStability(r, c)
  return jensenShannonDistance(shares(column.counts), shares(counts))
}

/**
 * Shares without zeros. Bins empty on both sides do not count. Half a row is added to each bin of the smaller sample,
 * and as much in proportion to the larger: equal samples stay equal, and one stray row in a bin that the reference
 * leaves empty weighs as little as it should.
 */
function smoothed(reference: readonly number[], current: readonly number[]): [number[], number[]] {
  const used = reference.flatMap((r, i) => (r + (current[i] ?? 0) > 0 ? [[r, current[i] ?? 0] as const] : []))
  const [n, m] = [total(reference), total(current)]
  const least = Math.min(n, m)
  if (least === 0) return [[], []]
  const [more, less] = [(0.5 * n) / least, (0.5 * m) / least]
  return [shares(used.map(([r]) => r + more)), shares(used.map(([, c]) => c + less))]
}

function shares(counts: readonly number[]): number[] {
  const sum = total(counts)
  return counts.map((count) => (sum === 0 ? 0 : count / sum))
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
