import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Columns, concat, slice, sorted } from './columns.ts'
import { merge } from './merge.ts'

const point = fc.record({
  time: fc.integer({ min: 0, max: 40 }),
  step: fc.integer({ min: -3, max: 3 }),
  value: fc.constantFrom(0, 1, Number.NaN, Number.POSITIVE_INFINITY),
})

function columnsOf(points: readonly { time: number; step: number; value: number }[]): Columns {
  return {
    times: Float64Array.from(points, (one) => one.time),
    steps: Float64Array.from(points, (one) => one.step),
    values: Float64Array.from(points, (one) => one.value),
  }
}

/** Blocks in order, some of them empty. */
async function* blocks(columns: Columns, size: number): AsyncGenerator<Columns> {
  yield slice(columns, 0, 0)
  for (let at = 0; at < columns.times.length; at += size) yield slice(columns, at, at + size)
}

async function collect(batches: AsyncIterable<Columns>): Promise<Columns> {
  const all: Columns[] = []
  for await (const batch of batches) all.push(batch)
  return concat(all)
}

test('sources of any blocks give every point once, in order', async () => {
  const source = fc.record({
    points: fc.array(point, { maxLength: 60 }),
    size: fc.integer({ min: 1, max: 20 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(source, { maxLength: 4 }), async (sources) => {
      const each = sources.map(({ points, size }) => blocks(sorted(columnsOf(points), 'time'), size))
      const found = await collect(merge(each))
      assert.deepEqual(found, sorted(columnsOf(sources.flatMap((one) => one.points)), 'time'))
    }),
  )
})

test('a source that appears meanwhile adds only what comes after what was given out', async () => {
  const many = columnsOf(Array.from({ length: 30_000 }, (_, at) => ({ time: at, step: at, value: at })))
  let given = 0
  let late = [blocks(many, 5000)]
  const extra = () => (given < 10_000 ? [] : late.splice(0))
  const ahead = columnsOf(Array.from({ length: 20_000 }, (_, at) => ({ time: at, step: at, value: at })))
  const all: Columns[] = []
  for await (const batch of merge([blocks(ahead, 100)], extra)) {
    given += batch.times.length
    all.push(batch)
  }
  late = []
  assert.deepEqual(concat(all), many)
})
