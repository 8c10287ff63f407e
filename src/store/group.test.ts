import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grouped } from './group.ts'

test('items that come during a write share the next one, in their order', async () => {
  const writes: number[][] = []
  const first = Promise.withResolvers<void>()
  const append = grouped<number>(async (items) => {
    writes.push([...items])
    if (writes.length === 1) await first.promise
  })
  const all = [append(1), append(2), append(3)]
  first.resolve()
  await Promise.all(all)
  assert.deepEqual(writes, [[1], [2, 3]])
})

test('an item that can not be written fails alone', async () => {
  const written: number[] = []
  const append = grouped<number>(async (items) => {
    if (items.includes(2)) throw new Error('two')
    written.push(...items)
  })
  const results = await Promise.allSettled([append(1), append(2), append(3)])
  assert.deepEqual(
    results.map((result) => result.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.deepEqual(written, [1, 3])
})

test('a deadlock is tried again', async () => {
  let tries = 0
  const append = grouped<number>(async () => {
    tries += 1
    if (tries < 3) throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
  })
  await append(1)
  assert.equal(tries, 3)
})
