import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextWindow } from './next-window.ts'
import type { PredictionLog } from './prediction-log.ts'
import { arrivalMs, type LogPart } from './windows.ts'

const part = (sequence: number, rows: number, at: number, fromSequence = sequence): LogPart => ({
  digest: String(sequence),
  rows,
  firstTime: new Date(at),
  lastTime: new Date(at + 500),
  fromSequence,
  sequence,
})

const logOf = (parts: readonly LogPart[]): PredictionLog => ({
  parts: async (_id, { after = 0, limit = parts.length }) =>
    parts.filter(({ fromSequence }) => fromSequence > after).slice(0, limit),
  labelledPredictions: async () => undefined,
})

const monitor = { deploymentId: 'd', through: 0, since: new Date(0) }

test('a window by count takes whole parts until it is full', async () => {
  const log = logOf([part(1, 60, 0), part(2, 30, 1000), part(3, 200, 2000), part(4, 99, 3000)])
  const { window } = await nextWindow(log, monitor, { rows: 100 }, new Date(9000))
  assert.deepEqual(
    [window?.firstSequence, window?.lastSequence, window?.rows, window?.from, window?.to],
    [1, 3, 290, new Date(0), new Date(2500)],
  )
  const next = await nextWindow(log, { ...monitor, through: 3 }, { rows: 100 }, new Date(9000))
  assert.deepEqual(next, { window: undefined })
})

test('what was predicted before the monitor began is passed over', async () => {
  const log = logOf([part(1, 100, 0), part(2, 50, 5000), part(3, 50, 6000)])
  const { window } = await nextWindow(
    log,
    { ...monitor, since: new Date(1000) },
    { rows: 100 },
    new Date(9000),
  )
  assert.equal(window?.firstSequence, 2)
})

test('a merged part counts with all of its numbers', async () => {
  const log = logOf([part(7, 100, 0, 3)])
  const { window } = await nextWindow(log, monitor, { rows: 100 }, new Date(9000))
  assert.deepEqual([window?.firstSequence, window?.lastSequence], [3, 7])
})

test('a window by time waits for its end and for what is on its way', async () => {
  const log = logOf([part(1, 10, 0), part(2, 10, 59_000), part(3, 10, 60_000), part(4, 10, 200_000)])
  const early = await nextWindow(log, monitor, { ms: 60_000 }, new Date(60_000 + arrivalMs - 1))
  assert.deepEqual(early, { window: undefined, at: new Date(60_000 + arrivalMs) })
  const due = await nextWindow(log, monitor, { ms: 60_000 }, new Date(60_000 + arrivalMs))
  assert.deepEqual([due.window?.firstSequence, due.window?.lastSequence], [1, 2])
  const second = await nextWindow(log, { ...monitor, through: 2 }, { ms: 60_000 }, new Date(1e6))
  assert.deepEqual([second.window?.firstSequence, second.window?.lastSequence], [3, 3])
})

test('a long log is read in pages', async () => {
  const parts = Array.from({ length: 2500 }, (_, i) => part(i + 1, 1, i))
  const { window } = await nextWindow(logOf(parts), monitor, { rows: 2400 }, new Date(1e6))
  assert.equal(window?.lastSequence, 2400)
})
