import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestData, type TestData } from '../../../test/kit/data.ts'

describe('profile', () => {
  let kit: TestData
  before(async () => {
    kit = await openTestData()
  })
  after(() => kit[Symbol.asyncDispose]())

  test('describes each column by its type', async () => {
    const rows = Array.from({ length: 100 }, (_, i) =>
      [
        i,
        7,
        i === 0 ? '' : i === 1 ? 'nan' : i === 2 ? 'inf' : i / 2,
        i % 3 === 0 ? 'red' : 'blue',
        `name ${i}`,
        i % 2 === 0,
        '',
        `2026-01-01T00:00:${String(i % 60).padStart(2, '0')}Z`,
      ].join(','),
    )
    const { profile } = await kit.ingestText(
      'mixed',
      `n,constant,x,colour,text,flag,nothing,at\n${rows.join('\n')}\n`,
    )
    assert.equal(profile.rows, 100)
    const of = (name: string) => profile.columns.find((column) => column.name === name)

    assert.equal(of('n')?.type, 'number')
    assert.equal(of('n')?.nulls, 0)
    assert.deepEqual(of('n')?.numeric?.counts, Array(20).fill(5).with(0, 5))
    assert.equal(of('n')?.numeric?.edges.length, 21)
    assert.equal(of('n')?.numeric?.mean, 49.5)
    assert.ok(Math.abs((of('n')?.numeric?.std ?? 0) - 28.86607004772212) < 1e-12)

    assert.deepEqual(of('constant')?.numeric, {
      min: 7,
      max: 7,
      mean: 7,
      std: 0,
      edges: [7, 7],
      counts: [100],
    })
    assert.equal(of('x')?.nulls, 3)
    assert.equal(of('x')?.numeric?.max, 49.5)
    assert.equal(
      of('x')?.numeric?.counts.reduce((a, b) => a + b),
      97,
    )

    assert.deepEqual(of('colour'), {
      name: 'colour',
      type: 'category',
      nulls: 0,
      distinct: 2,
      values: [
        { value: 'blue', count: 66 },
        { value: 'red', count: 34 },
      ],
    })
    assert.equal(of('text')?.type, 'text')
    assert.equal(of('text')?.values, undefined)
    assert.equal(of('flag')?.type, 'boolean')
    assert.deepEqual(
      of('flag')?.values?.map(({ count }) => count),
      [50, 50],
    )
    assert.equal(of('nothing')?.nulls, 100)
    assert.deepEqual(of('at')?.times, { min: '2026-01-01T00:00:00.000Z', max: '2026-01-01T00:00:59.000Z' })
  })
})
