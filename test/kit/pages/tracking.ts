import { ago, hash, min, now, random, runHex, sec } from './made-up.ts'

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
export const metricSummary = (value: number, n = 1) => ({
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
          val_accuracy: metricSummary(0.94 + random() * 0.04, 60),
          val_log_loss: metricSummary(0.08 + random() * 0.09, 60),
          train_seconds: metricSummary(12 + random() * 30),
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
