import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endOtherConnections, openSecondStore, openTestStore } from '../../test/kit/database.ts'

test('a hint of a transaction reaches another process, after the commit', async () => {
  await using db = await openTestStore()
  await using second = await openSecondStore(db)
  const heard = Promise.withResolvers<string>()
  await using _listening = await second.listen('hints', heard.resolve)
  await db.housekeep(async (tx) => tx.hint(null, 'runs:1'))
  assert.deepEqual(JSON.parse(await heard.promise), { project_id: null, topic: 'runs:1' })
})

test('a transaction that fails sends nothing', async () => {
  await using db = await openTestStore()
  const heard: string[] = []
  const end = Promise.withResolvers<void>()
  await using _listening = await db.listen('hints', (payload) => {
    heard.push(payload)
    if (payload === 'end') end.resolve()
  })
  const failing = db.housekeep(async (tx) => {
    tx.hint(null, 'runs:1')
    throw new Error('no')
  })
  await assert.rejects(failing)
  db.notify('hints', 'end')
  await end.promise
  assert.deepEqual(heard, ['end'])
})

test('a listener that was cut off is told to look for itself, and hears again', async () => {
  await using db = await openTestStore()
  await using second = await openSecondStore(db)
  const reconnected = Promise.withResolvers<void>()
  const heard = Promise.withResolvers<string>()
  await using _listening = await second.listen('events', (payload) => {
    if (payload === '') reconnected.resolve()
    else heard.resolve(payload)
  })
  await endOtherConnections(db.url)
  await reconnected.promise
  db.notify('events', 'hello')
  assert.equal(await heard.promise, 'hello')
})

test('many hints of one moment arrive each once', async () => {
  await using db = await openTestStore()
  const heard: string[] = []
  const last = Promise.withResolvers<void>()
  await using _listening = await db.listen('hints', (payload) => {
    heard.push(payload)
    if (payload === 'last') last.resolve()
  })
  for (let n = 0; n < 100; n++) db.notify('hints', 'same')
  db.notify('hints', 'last')
  await last.promise
  assert.deepEqual(heard, ['same', 'last'])
})
