import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LineSpec } from '../../contract/linespec.ts'
import { choose, type Facts } from './trigger.ts'

const spec: LineSpec = {
  version: 1,
  line: 'l',
  owner: 'o',
  data: { train: { dataset: 'd', label: 'y' } },
  train: { run: 'x' },
  retrain: { when: ['drift', { cron: '0 3 * * *' }], min_labels: 50, cooldown: '1h' },
}
const now = new Date('2026-01-02T00:00:00Z')
const ended = (hoursAgo: number, extra: object = {}) => ({
  generation: 1,
  datasetVersion: 1,
  rows: 10,
  endedAt: new Date(now.getTime() - hoursAgo * 3_600_000),
  outcome: 'completed',
  ...extra,
})
const facts = (extra: Partial<Facts> = {}): Facts => ({
  spec,
  now,
  hasChampion: true,
  dataset: { version: 1, rows: 10 },
  generation: 1,
  lastCycle: ended(5),
  triggers: [],
  openAlerts: new Set(),
  newLabels: 0,
  ...extra,
})
const drift = { id: 't1', kind: 'drift', reason: 'Half of the columns drifted.' }

test('a line without data waits for it', () => {
  const choice = choose(facts({ dataset: undefined, hasChampion: false, lastCycle: undefined }))
  assert.equal(choice.do, 'wait')
})

test('the first cycle starts with the first data, and again only when data or the file changed', () => {
  const first = { hasChampion: false, lastCycle: undefined }
  assert.deepEqual({ ...choose(facts(first)), reason: '' }, { do: 'start', trigger: 'first', reason: '' })
  const failed = { hasChampion: false, lastCycle: ended(5, { outcome: 'failed' }) }
  assert.equal(choose(facts(failed)).do, 'nothing')
  assert.equal(choose(facts({ ...failed, dataset: { version: 2, rows: 20 } })).do, 'start')
  assert.equal(choose(facts({ ...failed, generation: 2 })).do, 'start')
})

test('a quiet line does nothing', () => assert.deepEqual(choose(facts()), { do: 'nothing' }))

test('a changed line file starts a cycle', () => {
  assert.equal((choose(facts({ generation: 2 })) as { trigger: string }).trigger, 'applied')
})

test('drift waits for labels, then starts', () => {
  const waiting = choose(facts({ triggers: [drift], newLabels: 49 }))
  assert.equal(waiting.do, 'wait')
  assert.equal(choose(facts({ triggers: [drift], newLabels: 50 })).do, 'start')
})

test('an alert that stays open after a refused challenger leads to another try only with new labels', () => {
  const still = { openAlerts: new Set(['drift']), lastCycle: ended(5, { outcome: 'rejected' }) }
  assert.equal(choose(facts(still)).do, 'wait')
  assert.equal(choose(facts({ ...still, newLabels: 60 })).do, 'start')
})

test('a trigger that the line does not ask for is not followed', () => {
  const trigger = { id: 't', kind: 'performance', reason: '' }
  assert.deepEqual(choose(facts({ triggers: [trigger], newLabels: 1000 })), { do: 'nothing' })
})

test('a schedule needs no labels, but the cool-down', () => {
  const triggers = [{ id: 't', kind: 'schedule', reason: 'It is Sunday.' }]
  assert.equal(choose(facts({ triggers })).do, 'start')
  const early = choose(facts({ triggers, lastCycle: ended(0.5) }))
  assert.deepEqual(early.do === 'wait' && early.until, new Date(now.getTime() + 1_800_000))
})

test('enough new rows start a cycle, after the cool-down', () => {
  const growing = { ...spec, retrain: { when: [{ new_rows: 100 }], cooldown: '1h' } }
  const grown = (rows: number) => facts({ spec: growing, dataset: { version: 2, rows } })
  assert.equal(choose(grown(109)).do, 'nothing')
  assert.deepEqual(choose(grown(110)), {
    do: 'start',
    trigger: 'new_rows',
    reason: "100 rows were added to dataset 'd' since the last cycle.",
  })
  assert.equal(choose({ ...grown(110), lastCycle: ended(0.5) }).do, 'wait')
  assert.equal(choose({ ...grown(110), spec }).do, 'nothing')
})

test('a person overrules cool-down and labels', () => {
  const triggers = [{ id: 't', kind: 'manual', reason: 'Asked by ada.' }]
  assert.deepEqual(choose(facts({ triggers, lastCycle: ended(0) })), {
    do: 'start',
    trigger: 'manual',
    reason: 'Asked by ada.',
  })
})
