import { ago, hash, id, min, sec } from './made-up.ts'

const spec = (line: string) => ({
  version: 1 as const,
  line,
  owner: 'vision-team',
  risk: 'limited' as const,
  data: {
    train: { dataset: 'digits', label: 'digit', id: 'image_id', time: 'captured_at' },
    checks: './checks.yaml',
  },
  train: { run: 'python train.py', python: 'requirements.txt' },
  gates: [{ metric: 'accuracy >= 0.95' }, { champion: 'accuracy >= champion - 0.005' }],
  deploy: { rollout: { steps: [10, 50, 100], requests: 200, abort_if: ['error_rate > 1%', 'p99_ms > 50'] } },
  monitor: {
    drift: { window: '300 rows', share: 0.5 },
    performance: { metric: 'accuracy', min: 0.93 },
    alert: ['ops'],
  },
  retrain: { when: ['drift' as const, 'performance' as const] },
})

const gates = [
  {
    gate: 'accuracy >= 0.95',
    kind: 'metric',
    passed: true,
    observed: 0.9731,
    required: 0.95,
    message: 'accuracy is 97.3 % on digits v3 holdout (412 rows); at least 95 % is required.',
  },
  {
    gate: 'accuracy >= champion - 0.005',
    kind: 'champion',
    passed: true,
    observed: 0.9731,
    required: 0.8123,
    message: 'challenger 97.3 %, champion 81.7 % on the same 412 rows.',
  },
  {
    gate: 'slice camera: accuracy >= 0.90',
    kind: 'slice',
    passed: true,
    observed: 0.941,
    required: 0.9,
    message: 'worst slice is camera = north with 94.1 % of 118 rows.',
  },
]

const cycle = (n: number, extra: object) => ({
  id: id(`cycle${n}`),
  number: n,
  state: 'completed',
  trigger: 'drift',
  reason: 'Drift and falling accuracy',
  outcome: `Version ${n} serves all traffic.`,
  pipeline_run_id: id('pipeline2'),
  dataset_version_id: id('dv3'),
  model_version_id: id(`mv${n}`),
  model_version: n,
  rollout_id: id(`rollout${n}`),
  gates,
  metrics: { accuracy: 0.9731, macro_f1: 0.9726, log_loss: 0.1031 },
  champion_metrics: { accuracy: 0.8173, macro_f1: 0.8011, log_loss: 0.902 },
  started_at: ago((4 - n) * 7 * min),
  ended_at: ago((4 - n) * 7 * min - 95 * sec),
  ...extra,
})
const current = cycle(2, {
  state: 'rolling_out',
  outcome: null,
  ended_at: null,
  started_at: ago(118 * sec),
  reason: 'Accuracy fell to 79.4 % and 61 % of columns drifted; 240 new labelled predictions are there',
})
const first = cycle(1, {
  trigger: 'first',
  reason: 'First training',
  started_at: ago(26 * min),
  ended_at: ago(24.6 * min),
  champion_metrics: {},
  outcome: 'Version 1 serves all traffic.',
})

export const decisions = [
  [
    'rollout_step',
    'Revision 2 answers 50 % of requests: 200 requests at 10 % without an error, p99 6.1 ms.',
    14,
    { requests: 200, errors: 0, p99_ms: 6.1 },
  ],
  ['rollout_started', 'The rollout of version 2 began with 10 % of traffic.', 31, {}],
  [
    'gates_passed',
    'Version 2 passed all 3 gates: accuracy 97.3 % against 81.7 % of version 1 on the same 412 rows.',
    34,
    { challenger: 0.9731, champion: 0.8173 },
  ],
  [
    'training_finished',
    'Training finished in 38 s and registered digit-reader version 2.',
    46,
    { seconds: 38, rows: 1649 },
  ],
  [
    'cycle_started',
    'Cycle 2 began: accuracy fell to 79.4 % and 61 % of columns drifted; 240 new labelled predictions are there.',
    118,
    { labelled: 240 },
  ],
  [
    'alert_opened',
    'Accuracy of the last 300 rows is 79.4 %, below the minimum of 93 %.',
    139,
    { value: 0.794, min: 0.93, labelled: 287 },
  ],
  [
    'alert_opened',
    '39 of 64 columns drifted from the training data (61 %; alert at 50 %).',
    171,
    { share: 0.61, threshold: 0.5 },
  ],
  ['rollout_completed', 'Version 1 serves all traffic.', 1470, {}],
  ['gates_passed', 'Version 1 passed 1 gate; there is no champion to compare with yet.', 1482, {}],
  ['training_finished', 'Training finished in 41 s and registered digit-reader version 1.', 1490, {}],
  [
    'data_arrived',
    'Dataset digits has version 1 with 1,078 rows; its 9 checks passed.',
    1552,
    { rows: 1078 },
  ],
  ['applied', 'The line file was applied for the first time.', 1560, {}],
].map(([kind, sentence, s, evidence], i) => ({
  id: id(`d${i}`),
  at: ago(Number(s) * sec),
  kind,
  sentence,
  cycle: Number(s) < 200 ? 2 : 1,
  evidence,
}))

const model = (version: number) => ({ name: 'digit-reader', version, version_id: id(`mv${version}`) })
const summary = (name: string, extra: object) => ({
  id: id(`line-${name}`),
  name,
  owner: 'vision-team',
  risk: 'limited',
  desired: 'active',
  health: 'healthy',
  health_reason: 'Serving version 7; accuracy 98.2 %, no drift.',
  deployment: name,
  dataset: 'digits',
  model: { name, version: 7, version_id: id(`mv-${name}`) },
  cycle: null,
  open_alerts: 0,
  performance: { metric: 'accuracy', value: 0.982, min: 0.93, labelled: 300, at: ago(min) },
  drift: { share: 0.031, threshold: 0.5, drifted: false, at: ago(min) },
  requests_last_minute: 1204,
  last_decision: decisions[7],
  applied_at: ago(90 * min),
  ...extra,
})

export const digitReader = summary('digit-reader', {
  health: 'degraded',
  health_reason: 'Accuracy 79.4 % is below 93 %; a new version is being rolled out.',
  model: model(1),
  cycle: current,
  open_alerts: 2,
  performance: { metric: 'accuracy', value: 0.794, min: 0.93, labelled: 287, at: ago(40 * sec) },
  drift: { share: 0.61, threshold: 0.5, drifted: true, at: ago(30 * sec) },
  requests_last_minute: 2987,
  last_decision: decisions[0],
})
export const lines = [
  digitReader,
  summary('parcel-weight', {
    performance: { metric: 'rmse', value: 0.2143, min: null, labelled: 812, at: ago(4 * min) },
    health_reason: 'Serving version 7; rmse 0.2143, no drift.',
    dataset: 'parcels',
  }),
  summary('churn', {
    health: 'failing',
    health_reason: 'Training failed three times: train.py exited with code 1.',
    open_alerts: 1,
    performance: null,
    last_decision: {
      ...decisions[4],
      kind: 'cycle_failed',
      sentence: 'Cycle 9 failed: train.py exited with code 1.',
    },
  }),
  summary('fraud-screen', {
    risk: 'high',
    health: 'paused',
    desired: 'paused',
    health_reason: 'Paused by ada; version 12 serves on.',
    requests_last_minute: 88,
  }),
  summary('lead-score', {
    health: 'starting',
    health_reason: 'The first training is running.',
    model: null,
    performance: null,
    drift: null,
    requests_last_minute: 0,
    last_decision: null,
  }),
]

const stage = (name: string, state: string, headline: string, detail: string, s: number) => ({
  stage: name,
  state,
  headline,
  detail,
  at: ago(s * sec),
})
export const detail = {
  ...digitReader,
  generation: 1,
  spec: spec('digit-reader'),
  code_digest: hash('code'),
  cycles: [current, first],
  stages: [
    stage('data', 'ok', '1,649 rows', 'digits v3, 9 checks passed', 118),
    stage('training', 'ok', '38 s', 'version 2 from 1,237 rows', 46),
    stage('gates', 'ok', '3 of 3', 'accuracy 97.3 % vs 81.7 %', 34),
    stage('traffic', 'active', '50 % → v2', '2,987 requests/min, 0 errors', 14),
    stage('drift', 'warning', '61 %', '39 of 64 columns, alert at 50 %', 30),
    stage('performance', 'failed', '79.4 %', '287 of 300 labelled, min 93 %', 40),
    stage('retraining', 'ok', 'cycle 2', 'on drift and performance', 118),
  ],
}
