import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nextBelow, numericEdges, quantiles } from './bins.ts'
import { judgeDrift } from './judge.ts'
import type { NumericReference, Reference } from './reference.ts'

test('edges: what was never seen, and every frequent value, has a bin of its own', () => {
  assert.deepEqual(numericEdges([0, 0, 0, 0, 0, 0, 0, 0, 0], 0, 0), [nextBelow(0), 0])
  assert.deepEqual(numericEdges([0, 0, 0, 0, 0, 1, 3, 4, 9], 0, 16), [nextBelow(0), 0, 1, 3, 4, 9, 16])
  assert.ok(nextBelow(1) < 1 && Math.fround(nextBelow(1)) === nextBelow(1) && 1 - nextBelow(1) < 1e-7)
  assert.ok(nextBelow(-1) < -1 && nextBelow(0) < 0)
})

const column = (counts: number[], values: string[] = ['a', 'b']): Reference => ({
  versionId: 'v',
  rows: counts.reduce((a, b) => a + b),
  columns: [{ name: 'x', test: 'js', values, counts }],
})

test('the score is large for a large change, whatever the size of the window', () => {
  const reference = column([500, 500, 0, 0])
  const same = judgeDrift(reference, { rows: 100, counts: [[50, 50, 0, 0]] }, 0.5)
  assert.equal(same.columns[0]?.score, 0)
  assert.equal(same.verdict, 'good')
  const unseen = judgeDrift(reference, { rows: 100, counts: [[0, 0, 100, 0]] }, 0.5)
  assert.equal(unseen.columns[0]?.score, 1)
  assert.equal(unseen.verdict, 'bad')
  const missing = judgeDrift(reference, { rows: 100, counts: [[20, 20, 0, 60]] }, 0.5)
  assert.equal(missing.columns[0]?.missing, 0.6)
  assert.equal(missing.verdict, 'bad')
  assert.equal(judgeDrift(reference, { rows: 20, counts: [[0, 0, 20, 0]] }, 0.5).verdict, 'too_few_rows')
})

test('a change that may be an accident is none', () => {
  const reference = column([500, 500, 0, 0])
  const small = judgeDrift(reference, { rows: 40, counts: [[27, 13, 0, 0]] }, 0.5)
  assert.ok((small.columns[0]?.score ?? 0) > 0.1)
  assert.equal(small.verdict, 'good')
  assert.equal(judgeDrift(reference, { rows: 400, counts: [[270, 130, 0, 0]] }, 0.5).verdict, 'bad')
})

test('a reference without columns to compare, or an empty window, is no drift', () => {
  assert.equal(
    judgeDrift({ versionId: 'v', rows: 10, columns: [] }, { rows: 100, counts: [] }, 0.5).verdict,
    'good',
  )
  assert.equal(
    judgeDrift(column([5, 5, 0, 0]), { rows: 0, counts: [[0, 0, 0, 0]] }, 0.5).verdict,
    'too_few_rows',
  )
})

/** Small, fast and the same everywhere: Mulberry32. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Images of ten shapes on 8 × 8 pixels from 0 to 16, correlated as images are; some pixels are always or mostly dark. */
function camera(seed: number): (random: () => number, fault?: boolean) => number[] {
  const random = generator(seed)
  const shapes = Array.from({ length: 10 }, () =>
    Array.from({ length: 64 }, (_, pixel) => (pixel % 8 === 0 || random() < 0.4 ? 0 : random() * 16)),
  )
  return (draw, fault = false) => {
    const shape = shapes[Math.floor(draw() * 10)] ?? []
    const light = 0.7 + draw() * 0.6
    const image = shape.map((value, pixel) => {
      if (pixel % 8 === 0 && pixel > 0) return draw() < 0.004 ? 1 : 0
      return Math.max(
        0,
        Math.min(16, Math.round(value * light + (value > 0 ? (draw() + draw() - 1) * 4 : 0))),
      )
    })
    return fault
      ? image.map((value, i) => Math.round((value + (image[i - 1] ?? 0) + (image[i + 1] ?? 0)) / 4 + 3))
      : image
  }
}

function referenceOf(images: readonly number[][]): Reference {
  const columns = Array.from({ length: 64 }, (_, pixel): NumericReference => {
    const values = images.map((image) => image[pixel] ?? 0).sort((a, b) => a - b)
    const found = quantiles.map((share) => values[Math.ceil(share * values.length) - 1] ?? 0)
    const edges = numericEdges(found, values[0] ?? 0, values.at(-1) ?? 0)
    return { name: `p${pixel}`, test: 'psi', edges, counts: countsIn(edges, values) }
  })
  return { versionId: 'v', rows: images.length, columns }
}

function countsIn(edges: readonly number[], values: readonly number[]): number[] {
  const counts: number[] = Array(edges.length + 2).fill(0)
  for (const value of values) {
    const bin = edges.findIndex((edge) => value <= edge)
    const index = bin < 0 ? edges.length : bin
    counts[index] = (counts[index] ?? 0) + 1
  }
  return counts
}

describe('windows of 64 pixels', () => {
  const shoot = camera(1)
  const random = generator(2)
  const reference = referenceOf(Array.from({ length: 1200 }, () => shoot(random)))
  const windowOf = (rows: number, fault: boolean) => {
    const images = Array.from({ length: rows }, () => shoot(random, fault))
    const counts = reference.columns.map((column, pixel) =>
      countsIn(
        (column as NumericReference).edges,
        images.map((image) => image[pixel] ?? 0),
      ),
    )
    return judgeDrift(reference, { rows, counts }, 0.5)
  }

  for (const rows of [200, 500]) {
    test(`300 quiet windows of ${rows} rows raise no alarm, and fewer than one column in a thousand`, () => {
      const judged = Array.from({ length: 300 }, () => windowOf(rows, false))
      assert.equal(judged.filter(({ verdict }) => verdict === 'bad').length, 0)
      const drifted = judged.reduce((sum, { share }) => sum + share * 64, 0)
      assert.ok(drifted / (300 * 64) < 0.001, `${drifted} columns`)
    })
  }

  test('a blurred, dim camera is noticed in the first window of 100 rows', () => {
    for (let i = 0; i < 20; i += 1) assert.equal(windowOf(100, true).verdict, 'bad')
  })

  test('a single column that matters alone: one in a thousand quiet windows at most is bad', () => {
    const one = generator(3)
    const values = (n: number) => Array.from({ length: n }, () => one() ** 2 * 100)
    const reference = values(1200).sort((a, b) => a - b)
    const edges = numericEdges(
      quantiles.map((share) => reference[Math.ceil(share * 1200) - 1] ?? 0),
      reference[0] ?? 0,
      reference.at(-1) ?? 0,
    )
    const only: Reference = {
      versionId: 'v',
      rows: 1200,
      columns: [{ name: 'x', test: 'psi', edges, counts: countsIn(edges, reference) }],
    }
    const bad = Array.from({ length: 5000 }, () =>
      judgeDrift(only, { rows: 200, counts: [countsIn(edges, values(200))] }, 0.5),
    ).filter(({ verdict }) => verdict === 'bad').length
    assert.ok(bad <= 10, `${bad} of 5,000 windows`)
  })
})
