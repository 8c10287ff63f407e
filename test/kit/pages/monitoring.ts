import { digitReader } from './lines.ts'
import { ago, id, min, random, sec } from './made-up.ts'

// Windows of 300 rows; the camera fails after the first 27.
const windows = (n: number) =>
  Array.from({ length: n }, (_, i) => ({
    first_sequence: i * 3 + 1,
    last_sequence: i * 3 + 3,
    from: ago((n - i) * 40 * sec + 20 * sec),
    to: ago((n - i) * 40 * sec - 18 * sec),
    rows: 300,
  }))
const bad = (i: number, n: number) => i > n - 7
export const performanceWindows = windows(34).map((w, i) => {
  const value = i === 33 ? null : bad(i, 34) ? 0.79 + random() * 0.03 : 0.965 + random() * 0.022
  const half = 0.011 + random() * 0.006 + (i > 30 ? 0.02 : 0)
  const coverage = i === 33 ? 0 : i > 30 ? 0.4 : 0.9 + random() * 0.1
  return {
    ...w,
    metric: 'accuracy',
    value,
    interval: value === null ? null : [value - half, Math.min(1, value + half)],
    limit: 0.93,
    labelled: Math.round(300 * coverage),
    coverage,
    mature: i <= 30,
    verdict: i > 30 ? 'waiting' : bad(i, 34) ? 'bad' : 'good',
    updated_at: ago(20 * sec),
  }
})
export const driftWindows = windows(36).map((w, i) => ({
  ...w,
  reference_version_id: id('dv1'),
  drifted_share: bad(i, 36) ? 0.55 + random() * 0.1 : random() * 0.06,
  threshold: 0.5,
  verdict: bad(i, 36) ? 'bad' : 'good',
  columns: Array.from({ length: 64 }, (_, c) => ({
    name: `p${c}`,
    test: 'psi',
    score: bad(i, 36) ? random() * 0.9 : random() * 0.12,
    threshold: 0.2,
    p_value: bad(i, 36) ? 1e-9 : 0.4,
    drifted: bad(i, 36) && c % 3 !== 0,
    missing: 0,
  })),
}))
export const monitor = {
  id: id('monitor'),
  deployment_id: id('deployment'),
  line_id: digitReader.id,
  drift: {
    window: { rows: 300 },
    reference_version_id: id('dv1'),
    share: 0.5,
    open_after: 2,
    resolve_after: 2,
  },
  performance: {
    window: { rows: 300 },
    metric: 'accuracy',
    min: 0.93,
    output: 'label',
    coverage: 0.5,
    labels_within_ms: 600_000,
    open_after: 1,
    resolve_after: 2,
  },
  channels: ['ops'],
  created_at: ago(26 * min),
  changed_at: ago(26 * min),
  error: null,
}
