import type { Hold, Sweep } from '../../../src/contract/keeping.ts'
import { ago, id, min } from './made-up.ts'

const day = 24 * 60 * min
const gib = 1024 ** 3
const inForce = { released_by: null, released_at: null, release_reason: null }

export const retention = { deleted_days: 30, artifacts_days: 400, traces_days: null }
export const holds: Hold[] = [
  {
    ...inForce,
    id: id('hold 1'),
    of: 'models/digit-reader/1',
    name: 'digit-reader/1',
    reason: 'Complaint 2026-114: what was served in spring has to stay as it is.',
    placed_by: 'grace',
    placed_at: ago(2 * day),
  },
  {
    ...inForce,
    id: id('hold 2'),
    of: 'experiments/1',
    name: 'digit-reader',
    reason: 'Audit of the year',
    placed_by: 'admin',
    placed_at: ago(20 * day),
  },
]
export const released: Hold = {
  id: id('hold 3'),
  of: `runs/${'ab'.repeat(16)}`,
  name: 'calm-otter-224',
  reason: 'Complaint 2025-031',
  placed_by: 'grace',
  placed_at: ago(90 * day),
  released_by: 'admin',
  released_at: ago(31 * day),
  release_reason: 'The complaint was withdrawn.',
}

const sweep = (hours: number, set: Partial<Sweep>): Sweep => ({
  id: id(`sweep ${hours}`),
  dry_run: false,
  state: 'done',
  stored: { blobs: 48_211, bytes: 212.4 * gib },
  garbage: { blobs: 1310, bytes: 9.1 * gib },
  freed: { blobs: 1204, bytes: 8.4 * gib },
  missing: [],
  error: null,
  by: 'schedule',
  started_at: ago(hours * 60 * min),
  ended_at: ago(hours * 60 * min - min),
  ...set,
})
export const sweeps: Sweep[] = [
  sweep(0.1, { dry_run: true, by: 'admin', freed: { blobs: 96, bytes: 0.7 * gib } }),
  sweep(9, {}),
  sweep(33, { state: 'failed', error: 'The bucket did not answer within 30 s.' }),
  sweep(57, { missing: ['0'.repeat(64)] }),
]
for (const each of sweeps) {
  for (const amount of [each.stored, each.garbage, each.freed]) amount.bytes = Math.round(amount.bytes)
}
