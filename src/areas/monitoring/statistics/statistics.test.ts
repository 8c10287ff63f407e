import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { adjustedP } from './benjamini-hochberg.ts'
import { chiSquareTail } from './chisquare.ts'
import { homogeneityP } from './homogeneity.ts'
import { meanInterval, shareInterval } from './interval.ts'
import { jensenShannonDistance, jensenShannonDivergence } from './jensenshannon.ts'
import { populationStability } from './psi.ts'

type Value = number | string
interface Case {
  readonly type: 'num' | 'cat'
  readonly reference: readonly Value[]
  readonly current: readonly Value[]
  readonly tests: Readonly<Record<string, { readonly score?: number }>>
}
const golden: { cases: Record<string, Case>; versions: { evidently: string } } = JSON.parse(
  readFileSync(new URL('./golden-evidently.json', import.meta.url), 'utf8'),
)

const close = (actual: number, expected: number | undefined, tolerance = 1e-12) =>
  assert.ok(Math.abs(actual - (expected ?? Number.NaN)) <= tolerance, `${actual} is not ${expected}`)

describe('the formulas give what Evidently gives on the same bins', () => {
  for (const [name, data] of Object.entries(golden.cases)) {
    const [reference, current] = evidentlyBins(data)
    const shares = (counts: readonly number[]) => counts.map((count) => count / sum(counts))

    test(`psi of ${name}`, () => {
      const [r, c] = [filled(shares(reference)), filled(shares(current))]
      close(populationStability(r, c), data.tests.psi?.score)
    })
    test(`jensenshannon of ${name}: square root of the nats`, () => {
      const divergence = jensenShannonDivergence(shares(reference), shares(current))
      close(Math.sqrt(divergence), data.tests.jensenshannon?.score)
      close(jensenShannonDistance(shares(reference), shares(current)) ** 2 * Math.LN2, divergence)
    })
    const chi = data.tests.chisquare?.score
    if (chi !== undefined && reference.every((count) => count > 0)) {
      test(`chisquare of ${name}: the reference taken for the truth`, () => {
        const ratio = sum(current) / sum(reference)
        const statistic = sum(reference.map((r, i) => ((current[i] ?? 0) - r * ratio) ** 2 / (r * ratio)))
        close(chiSquareTail(statistic, reference.length - 1) / chi, 1, 1e-9)
      })
    }
  }
})

test('the tail of chi-squared has its known values', () => {
  const known: readonly [x: number, degrees: number, tail: number][] = [
    [3.841458820694124, 1, 0.05],
    [16.918977604620448, 9, 0.05],
    [27.877164871256568, 9, 0.001],
    [0.1, 1, 0.7518296340458492],
    [2, 2, Math.exp(-1)],
    [1400, 10, 0],
  ]
  for (const [x, degrees, tail] of known) close(chiSquareTail(x, degrees), tail, 1e-11)
  assert.equal(chiSquareTail(0, 3), 1)
  assert.equal(chiSquareTail(5, 0), 1)
})

test('homogeneity is the chi-squared test of a contingency table', () => {
  close(homogeneityP([90, 60, 104], [30, 50, 51]), tableP([90, 60, 104], [30, 50, 51]), 1e-12)
  assert.equal(homogeneityP([100, 0], [50, 0]), 1)
  assert.equal(homogeneityP([100, 50], [0, 0]), 1)
  assert.equal(homogeneityP([10, 20], [10, 20]), 1)
  assert.ok(homogeneityP([1000, 0], [0, 100]) < 1e-100)
})

test('bins that hardly anything falls into do not decide', () => {
  const tail = [2, 2, 2, 2, 2, 2]
  assert.ok(
    homogeneityP([1000, 0, 0, 0, 0, 0, 0], [188, ...tail]) < 1e-3,
    'twelve of two hundred are no noise',
  )
  assert.ok(homogeneityP([500, 500, 0], [100, 99, 1]) > 0.9, 'one stray row')
  assert.ok(homogeneityP([1000, ...tail], [200, 1, 0, 0, 0, 0, 0]) > 0.3)
})

test('adjusted p-values are those of R: p.adjust(p, "BH")', () => {
  const adjusted = adjustedP([0.01, 0.02, 0.03, 0.04, 0.05, 0.9])
  for (const [i, expected] of [0.06, 0.06, 0.06, 0.06, 0.06, 0.9].entries()) close(adjusted[i] ?? 0, expected)
  for (const [i, expected] of [0.9, 0.003].entries()) close(adjustedP([0.9, 0.0015])[i] ?? 0, expected)
  assert.deepEqual(adjustedP([]), [])
})

test('intervals hold what they promise', () => {
  const [low, high] = shareInterval(95, 100)
  close(low, 0.87, 0.01)
  close(high, 0.982, 0.005)
  assert.deepEqual(shareInterval(0, 50)[0], 0)
  assert.ok(shareInterval(50, 50)[1] >= 1 - 1e-12)
  const [from, to] = meanInterval(200, 500, 100)
  close((from + to) / 2, 2)
  close(to - from, 2 * 2.3263478740408408 * 0.1)
})

function tableP(a: readonly number[], b: readonly number[]): number {
  const [n, m] = [sum(a), sum(b)]
  const cells = a.flatMap((x, i) => {
    const column = x + (b[i] ?? 0)
    return [
      [x, (column * n) / (n + m)],
      [b[i] ?? 0, (column * m) / (n + m)],
    ] as const
  })
  return chiSquareTail(sum(cells.map(([seen, expected]) => (seen - expected) ** 2 / expected)), a.length - 1)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}

/** Evidently fills zeros before PSI: with 1e-4, or below the least share when that is as small. */
function filled(shares: readonly number[]): number[] {
  const least = Math.min(...shares.filter((share) => share > 0))
  const fill = least <= 1e-4 ? least / 1e6 : 1e-4
  return shares.map((share) => (share === 0 ? fill : share))
}

/** Evidently's bins: numpy's `sturges` on both samples together, or one per value when the reference has few. */
function evidentlyBins({ type, reference, current }: Case): [number[], number[]] {
  if (type === 'cat' || new Set(reference).size <= 20) {
    const values = [...new Set([...reference, ...current])]
    const counts = (sample: readonly Value[]) =>
      values.map((value) => sample.filter((item) => item === value).length)
    return [counts(reference), counts(current)]
  }
  const all = [...reference, ...current] as number[]
  const [min, max] = [Math.min(...all), Math.max(...all)]
  const bins = Math.ceil((max - min) / ((max - min) / (Math.log2(all.length) + 1)))
  const edges = Array.from({ length: bins + 1 }, (_, i) =>
    i === bins ? max : min + (i * (max - min)) / bins,
  )
  const counts = (sample: readonly Value[]) =>
    edges.slice(1).map((high, i) => {
      const low = edges[i] ?? 0
      const last = i === bins - 1
      return sample.filter((x) => Number(x) >= low && (last ? Number(x) <= high : Number(x) < high)).length
    })
  return [counts(reference), counts(current)]
}
