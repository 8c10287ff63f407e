import { createHash } from 'node:crypto'

export const now = Date.now()
const sec = 1000
const min = 60 * sec
export const ago = (ms: number): string => new Date(now - ms).toISOString()
const hash = (text: string) => createHash('sha256').update(text).digest('hex')
export const id = (text: string): string => {
  const h = hash(text)
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-7${h.slice(13, 16)}-8${h.slice(17, 20)}-${h.slice(20, 32)}`
}
let seed = 7
const random = () => {
  seed = (seed * 1103515245 + 12345) & 0x7fffffff
  return seed / 0x7fffffff
}
const runHex = (n: number) => hash(`run${n}`).slice(0, 32)

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

const step = (
  name: string,
  kind: string,
  state: string,
  from: number,
  to: number | null,
  extra: object = {},
) => ({
  id: id(`step-${name}`),
  name,
  kind,
  needs: [],
  state,
  run_id: null,
  outputs: {},
  failure: null,
  jobs: [] as object[],
  started_at: ago(from * sec),
  ended_at: to === null ? null : ago(to * sec),
  ...extra,
})
const job = (name: string, running: boolean) => ({
  id: id(`job-${name}`),
  attempt: 1,
  state: running ? 'running' : 'ended',
  outcome: running ? null : 'succeeded',
  message: null,
  exit_code: running ? null : 0,
  log_size: 2810,
  peak_bytes: 412 * 1024 * 1024,
  cpu_seconds: 31.2,
  started_at: ago(84 * sec),
  ended_at: running ? null : ago(46 * sec),
})
export const pipelineRun = {
  id: id('pipeline2'),
  name: 'digit-reader cycle 2',
  line_id: digitReader.id,
  state: 'succeeded',
  failure: null,
  created_at: ago(118 * sec),
  ended_at: ago(36 * sec),
  steps: [
    step('collect', 'collect', 'succeeded', 118, 112, { outputs: { dataset_version: 3, rows: 1649 } }),
    step('check', 'check', 'succeeded', 112, 110, {
      outputs: { passed: true, checks: 9 },
      needs: ['collect'],
    }),
    step('train', 'command', 'succeeded', 84, 46, {
      run_id: runHex(1),
      jobs: [job('train', false)],
      needs: ['check'],
      outputs: { model: 'model/model.onnx' },
    }),
    step('evaluate', 'evaluate', 'succeeded', 46, 40, {
      jobs: [job('evaluate', false)],
      needs: ['train'],
      outputs: { accuracy: 0.9731 },
    }),
    step('register', 'register', 'succeeded', 40, 38, {
      needs: ['evaluate'],
      outputs: { model: 'digit-reader', version: 2 },
    }),
  ],
}

export const log = `Environment py-3.12-9f3a ready (cached)
Reading 1,237 rows of digits v3 from /inputs/data
fold 1/5  accuracy 0.9677  log_loss 0.1210
fold 2/5  accuracy 0.9716  log_loss 0.1102
fold 3/5  accuracy 0.9757  log_loss 0.0984
fold 4/5  accuracy 0.9636  log_loss 0.1311
fold 5/5  accuracy 0.9798  log_loss 0.0902
mean accuracy 0.9717 ± 0.0057
Fitting on all rows…
Writing model.onnx (ONNX opset 21, 118 KiB)
Logged run bright-heron-231 with 3 metrics, 7 params, 2 files
`

// Monitoring: windows of 300 rows; the camera fails after window 22.
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

// Serving
const traffic = (requests: number, errors = 0) => ({
  requests,
  rows: requests,
  errors,
  error_rate: requests ? errors / requests : null,
  p50_ms: requests ? 1.8 + random() : null,
  p99_ms: requests ? 5 + random() * 3 : null,
})
const minute = (m: number) => new Date(Math.floor(now / min) * min - m * min).toISOString()
export const trafficPoints = (total: number) =>
  Array.from({ length: total }, (_, i) => total - 1 - i).flatMap((m) => {
    const all = Math.round(2600 + 400 * Math.sin(m / 7) + random() * 180)
    const share = m === 0 ? 0.5 : m === 1 ? 0.1 : 0
    return [
      { ...traffic(Math.round(all * (1 - share))), minute: minute(m), revision: 1 },
      ...(share ? [{ ...traffic(Math.round(all * share)), minute: minute(m), revision: 2 }] : []),
    ]
  })
const rolloutStep = (position: number, percent: number, state: string, evidence: boolean) => ({
  position,
  percent,
  requests: 200,
  for_ms: null,
  state,
  entered_at: state === 'pending' ? null : ago((31 - position * 14) * sec),
  effective_at: state === 'pending' ? null : ago((30 - position * 14) * sec),
  left_at: state === 'passed' ? ago(14 * sec) : null,
  evidence: evidence
    ? {
        revision: { ...traffic(214), p99_ms: 6.1 },
        baseline: traffic(1920),
        conditions: [
          { condition: 'error_rate > 1%', observed: 0, met: false },
          { condition: 'p99_ms > 50', observed: 6.1, met: false },
        ],
        duration_ms: 16_400,
      }
    : null,
})
export const rollout = {
  id: id('rollout2'),
  deployment: 'digit-reader',
  kind: 'rollout',
  revision: 2,
  model_version_id: id('mv2'),
  state: 'running',
  reason: 'Cycle 2 passed its gates',
  outcome_reason: null,
  abort_if: ['error_rate > 1%', 'p99_ms > 50'],
  waiting_for: '131 of 200 requests answered at 50 %',
  weights_before: [{ revision: 1, weight: 100 }],
  steps: [
    rolloutStep(0, 10, 'passed', true),
    rolloutStep(1, 50, 'measuring', false),
    rolloutStep(2, 100, 'pending', false),
  ],
  started_at: ago(31 * sec),
  finished_at: null,
}
const rollout1 = {
  ...rollout,
  id: id('rollout1'),
  kind: 'first',
  revision: 1,
  state: 'completed',
  reason: 'First version',
  outcome_reason: 'Revision 1 answers all requests.',
  waiting_for: null,
  weights_before: [],
  steps: [rolloutStep(0, 100, 'passed', true)],
  finished_at: ago(24 * min),
  started_at: ago(24.2 * min),
}
export const rollouts = [rollout, rollout1]
export const signature = {
  inputs: [
    {
      name: 'input',
      datatype: 'FP32',
      shape: [-1, 64],
      columns: Array.from({ length: 64 }, (_, i) => `p${i}`),
    },
  ],
  outputs: [
    { name: 'label', datatype: 'INT64', shape: [-1] },
    { name: 'probabilities', datatype: 'FP32', shape: [-1, 10] },
  ],
}
const revision = (number: number, weight: number) => ({
  number,
  model_version_id: id(`mv${number}`),
  model: { name: 'digit-reader', version: number },
  digest: hash(`model${number}`),
  signature,
  weight,
  state: 'ready',
  state_error: null,
  created_at: ago(number === 1 ? 24 * min : 31 * sec),
})
export const deployment = {
  id: id('deployment'),
  name: 'digit-reader',
  inference_name: 'digit-reader',
  line_id: digitReader.id,
  risk: 'limited',
  replicas: { min: 1, max: 1 },
  state: 'rolling_out',
  weights: [
    { revision: 1, weight: 50 },
    { revision: 2, weight: 50 },
  ],
  rollout,
  last_minute: traffic(2987),
  last_hour: traffic(161_204, 0),
  created_at: ago(26 * min),
  revisions: [revision(2, 50), revision(1, 50)],
  model_servers: [
    { id: 'ms-1f3c', live: true, snapshot_version: 14, current: true, reported_at: ago(2 * sec) },
  ],
  traffic: trafficPoints(26),
  predictions: { rows: 160_880, converted_to: ago(6 * sec), waiting_segments: 2 },
}
export const predictions = Array.from({ length: 24 }, (_, i) => {
  const digit = Math.floor(random() * 10)
  return {
    id: id(`p${i}`),
    row: 0,
    request_id: i % 3 ? null : `img-${4021 - i}`,
    time: ago(i * 90 + 6000),
    revision: i % 2 ? 1 : 2,
    model_version_id: id('mv1'),
    latency_us: Math.round(1200 + random() * 2400),
    inputs: Object.fromEntries(Array.from({ length: 64 }, (_, c) => [`p${c}`, Math.floor(random() * 17)])),
    outputs: { label: digit, probabilities: [0.1, 0.9] },
    ...(i > 14
      ? { label: { value: i % 7 ? digit : (digit + 1) % 10, observed_at: ago(1000), received_at: ago(1000) } }
      : {}),
  }
})

// Data
const source = (kind: string, file: string, parent?: number) => ({
  kind,
  files: file ? [{ filename: file, digest: hash(file), size: 91_000 }] : [],
  by: kind === 'upload' ? 'admin' : 'lines',
  ...(parent ? { parent } : {}),
})
export const datasetVersions = [3, 2, 1].map((version) => ({
  id: id(`dv${version}`),
  dataset: 'digits',
  version,
  digest: hash(`dv${version}`),
  rows: [0, 1078, 1409, 1649][version] ?? 0,
  bytes: version * 61_000,
  mode: version === 1 ? 'replace' : 'append',
  source:
    version === 3
      ? source('predictions', '', 2)
      : source('upload', `batch-${version}.csv`, version - 1 || undefined),
  created_at: ago([0, 26, 15, 2][version] ?? 0 * min),
}))
export const dataset = {
  id: id('digits'),
  name: 'digits',
  description: 'Scanned digits, 8×8 pixels, arriving in daily batches',
  created_at: ago(26 * min),
  versions: 3,
  latest: datasetVersions[0],
}
const numeric = (name: string, i: number) => {
  const counts = Array.from({ length: 16 }, (_, b) =>
    Math.round(200 * Math.exp(-(((b - ((i * 5) % 16)) / 3) ** 2)) + random() * 20),
  )
  return {
    name,
    type: 'number',
    nulls: i === 5 ? 12 : 0,
    distinct: 17,
    numeric: {
      min: 0,
      max: 16,
      mean: 5.2 + (i % 5),
      std: 4.11,
      edges: Array.from({ length: 17 }, (_, b) => b),
      counts,
    },
  }
}
export const datasetVersion = {
  ...datasetVersions[0],
  schema: [
    { name: 'image_id', type: 'VARCHAR' },
    ...Array.from({ length: 64 }, (_, i) => ({ name: `p${i}`, type: 'BIGINT' })),
    { name: 'camera', type: 'VARCHAR' },
    { name: 'digit', type: 'BIGINT' },
  ],
  parts: [1, 2, 3].map((p) => ({ digest: hash(`part${p}`), rows: 500, bytes: 60_000 })),
  profile: {
    rows: 1649,
    columns: [
      { name: 'image_id', type: 'text', nulls: 0, distinct: 1649 },
      {
        name: 'captured_at',
        type: 'time',
        nulls: 0,
        distinct: 1649,
        times: { min: ago(9e8), max: ago(1e6) },
      },
      {
        name: 'camera',
        type: 'category',
        nulls: 0,
        distinct: 3,
        values: [
          { value: 'north', count: 640 },
          { value: 'east', count: 571 },
          { value: 'south', count: 438 },
        ],
      },
      {
        name: 'digit',
        type: 'category',
        nulls: 0,
        distinct: 10,
        values: Array.from({ length: 10 }, (_, i) => ({ value: String(i), count: 180 - i * 4 })),
      },
      ...Array.from({ length: 64 }, (_, i) => numeric(`p${i}`, i)),
    ],
  },
}
export const rows = {
  columns: datasetVersion.schema,
  total: 1649,
  rows: Array.from({ length: 50 }, (_, i) => [
    `img-${i}`,
    ...Array.from({ length: 64 }, () => Math.floor(random() * 17)),
    'north',
    i % 10,
  ]),
}
export const reports = [
  {
    id: id('report'),
    created_at: ago(112 * sec),
    by: 'lines',
    passed: true,
    results: [
      { check: 'rows >= 500', severity: 'critical', passed: true, observed: 1649, message: '1,649 rows' },
      {
        check: 'p0 to p63 between 0 and 16',
        severity: 'critical',
        passed: true,
        observed: 16,
        message: 'all values are between 0 and 16',
      },
      {
        check: 'camera in north, east, south',
        severity: 'warning',
        passed: false,
        observed: 'west',
        message: '3 rows have camera west, which is not allowed',
      },
    ],
  },
]

// Tracking
export const experiments = [
  {
    id: '1',
    name: 'digit-reader',
    deleted: false,
    created_at: ago(26 * min),
    updated_at: ago(46 * sec),
    tags: {},
    runs: 24,
    last_run_at: ago(46 * sec),
  },
  {
    id: '0',
    name: 'Default',
    deleted: false,
    created_at: ago(27 * min),
    updated_at: ago(27 * min),
    tags: {},
    runs: 0,
    last_run_at: null,
  },
]
const names = ['bright-heron', 'calm-otter', 'swift-lark', 'quiet-fox', 'bold-finch', 'merry-seal']
const m = (value: number, n = 1) => ({
  value,
  step: n - 1,
  time: now,
  min: value * 0.8,
  max: value,
  count: n,
})
export const runs = Array.from({ length: 24 }, (_, i) => ({
  id: runHex(i + 1),
  name: `${names[i % 6]}-${231 - i * 7}`,
  experiment_id: '1',
  status: i === 0 ? 'running' : i === 5 ? 'failed' : 'finished',
  user: i % 4 ? 'lines' : 'ada',
  source: 'pipeline job',
  started_at: ago(i * 31 * min + 84 * sec),
  ended_at: i === 0 ? null : ago(i * 31 * min + 46 * sec),
  deleted: false,
  params: { solver: 'lbfgs', C: String(0.1 * (i + 1)).slice(0, 4), max_iter: '400', folds: '5' },
  metrics:
    i === 5
      ? {}
      : {
          val_accuracy: m(0.94 + random() * 0.04, 60),
          val_log_loss: m(0.08 + random() * 0.09, 60),
          train_seconds: m(12 + random() * 30),
        },
  tags: { line: 'digit-reader', cycle: '2', 'mlflow.source.name': 'train.py' },
}))
export const runDetail = {
  ...runs[1],
  experiment: 'digit-reader',
  datasets: [
    {
      name: 'digits v3',
      digest: hash('dv3').slice(0, 8),
      source_type: 'slipway',
      source: '',
      context: 'training',
    },
  ],
}
export const history = (key: string) => ({
  key,
  count: 60,
  points: Array.from({ length: 60 }, (_, i) => ({
    step: i,
    time: now - (60 - i) * 600,
    value: key.includes('loss')
      ? 2.1 * Math.exp(-i / 12) + 0.1 + random() * 0.05
      : 0.97 - 0.7 * Math.exp(-i / 9) + random() * 0.01,
  })),
})
export const artifacts = [
  { path: 'model', directory: true, size: null, digest: null },
  { path: 'confusion.png', directory: false, size: 41_209, digest: hash('a') },
  { path: 'report.txt', directory: false, size: 2_119, digest: hash('b') },
]

// Registry
const scores = [0, 0.9621, 0.9731]
const version = (n: number) => ({
  id: id(`mv${n}`),
  model: 'digit-reader',
  version: n,
  stage: 'None',
  aliases: n === 2 ? ['challenger'] : ['champion'],
  description: '',
  tags: { line: 'digit-reader' },
  run_id: runHex(n),
  size: 121_344,
  servable: true,
  created_at: ago(n === 2 ? 38 * sec : 25 * min),
  created_by: 'lines',
  metrics: { accuracy: scores[n], macro_f1: (scores[n] ?? 0) - 0.001, log_loss: 0.1031 },
})
export const versions = [version(2), version(1)]
export const modelRow = {
  id: id('model'),
  name: 'digit-reader',
  description: 'Reads one scanned digit of 8×8 pixels',
  tags: {},
  aliases: [
    { alias: 'champion', version: 1 },
    { alias: 'challenger', version: 2 },
  ],
  versions: 2,
  latest: versions[0],
  created_at: ago(25 * min),
  updated_at: ago(38 * sec),
}
export const versionDetail = (n: number) => ({
  ...version(n),
  source: '',
  files: [
    { path: 'model.onnx', digest: hash(`model${n}`), size: 120_880 },
    { path: 'MLmodel', digest: hash('mlmodel'), size: 464 },
  ],
  signature,
  evaluations: [
    {
      id: id(`ev${n}`),
      source: 'platform',
      dataset_version_id: id('dv3'),
      dataset: 'digits v3',
      metrics: { accuracy: scores[n], macro_f1: 0.9726, log_loss: 0.1031 },
      slices: ['north', 'east', 'south'].map((value, i) => ({
        by: 'camera',
        value,
        rows: 118 + i * 20,
        metrics: { accuracy: 0.941 + i * 0.02 },
      })),
      created_at: ago(40 * sec),
    },
  ],
  lineage: {
    run: { id: runHex(n), name: 'bright-heron-231', experiment_id: '1' },
    dataset_version_id: id('dv3'),
    dataset: 'digits v3',
  },
  run_metrics: { val_accuracy: m(0.9717, 60) },
  run_params: { solver: 'lbfgs', C: '0.5', max_iter: '400' },
})

// Alerts
const window = { first_sequence: 91, last_sequence: 93, from: ago(200 * sec), to: ago(139 * sec), rows: 300 }
const alert = (kind: string, state: string, title: string, evidence: object, s: number) => ({
  id: id(`alert-${kind}-${s}`),
  kind,
  state,
  title,
  deployment_id: deployment.id,
  monitor_id: monitor.id,
  line_id: digitReader.id,
  evidence: { window, ...evidence },
  windows: 4,
  opened_at: ago(s * sec),
  acknowledged_at: null,
  acknowledged_by: null,
  resolved_at: state === 'resolved' ? ago((s - 600) * sec) : null,
  resolution: state === 'resolved' ? 'Two good windows in a row.' : null,
})
const columns = driftWindows[35]?.columns.slice(0, 12).sort((a, b) => b.score - a.score) ?? []
export const alerts = [
  alert(
    'performance',
    'open',
    'Accuracy of digit-reader is 79.4 %, below 93 %',
    { metric: 'accuracy', value: 0.794, bound: 0.842, limit: 0.93, labelled: 287 },
    139,
  ),
  alert(
    'drift',
    'open',
    '39 of 64 columns of digit-reader drifted (61 %)',
    { drifted_share: 0.61, threshold: 0.5, columns },
    171,
  ),
  alert(
    'drift',
    'resolved',
    '34 of 64 columns of digit-reader drifted (53 %)',
    { drifted_share: 0.53, threshold: 0.5, columns },
    86_400,
  ),
]
export const deliveries = [
  {
    id: id('del1'),
    channel: 'ops',
    event: 'opened',
    state: 'delivered',
    attempts: 2,
    status: 200,
    error: null,
    created_at: ago(138 * sec),
    finished_at: ago(131 * sec),
  },
]
export const channels = [
  { id: id('ops'), name: 'ops', kind: 'webhook', host: 'hooks.example.org', created_at: ago(26 * min) },
]

// Access
export const me = {
  user: { id: id('admin'), name: 'admin', kind: 'user' },
  platform_role: 'admin',
  projects: [
    { name: 'default', role: 'admin' },
    { name: 'empty', role: 'viewer' },
  ],
  auth: 'session',
  expires_at: ago(-8e7),
}
export const members = [
  ['admin', 'admin', true],
  ['ada', 'operator', false],
  ['grace', 'reviewer', false],
  ['linus', 'viewer', false],
].map(([user, role, platform_admin]) => ({
  user_id: id(String(user)),
  user,
  role,
  platform_admin,
  since: ago(26 * min),
}))
export const tokens = [
  {
    id: 'k3v9',
    name: 'quickstart',
    user: 'admin',
    project: 'default',
    role: 'contributor',
    created_at: ago(26 * min),
    expires_at: ago(-30 * 86_400_000),
    last_used_at: ago(3 * sec),
    revoked_at: null,
  },
  {
    id: 'a1b2',
    name: 'old-notebook',
    user: 'ada',
    project: null,
    role: null,
    created_at: ago(9e9),
    expires_at: ago(4e8),
    last_used_at: null,
    revoked_at: null,
  },
]
export const auditEntries = decisions.map((d, i) => ({
  id: id(`audit${i}`),
  at: d.at,
  actor: { id: 'system:lines', name: i === 11 ? 'admin' : 'lines', kind: i === 11 ? 'user' : 'system' },
  action: [
    'rollout.advance',
    'rollout.start',
    'gate.judge',
    'model_version.register',
    'cycle.start',
    'alert.open',
    'alert.open',
    'rollout.complete',
    'gate.judge',
    'model_version.register',
    'dataset_version.create',
    'line.apply',
  ][i],
  project: 'default',
  subject_type: 'line',
  subject_id: digitReader.id,
  details: { ...(d.evidence as object), reason: d.sentence },
}))
