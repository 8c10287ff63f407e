import { ago, hash, id, min, now, random, runHex, sec } from './made-up.ts'

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
const tableRun = (run: (typeof runs)[number], columns: readonly string[], children = 0) => ({
  id: run.id,
  name: run.name,
  experiment_id: run.experiment_id,
  status: run.status,
  user: run.user,
  source: run.source,
  start: Date.parse(run.started_at),
  end: run.ended_at === null ? null : Date.parse(run.ended_at),
  children,
  values: columns.map((column) => {
    const [kind, key] = [column.slice(0, column.indexOf('.')), column.slice(column.indexOf('.') + 1)]
    if (kind === 'metrics') return (run.metrics as Record<string, { value: number }>)[key]?.value ?? null
    const texts: Record<string, string> = kind === 'params' ? run.params : run.tags
    return texts[key] ?? null
  }),
})
interface TableBody {
  columns?: string[]
  limit?: number
  filter?: string
}
/** The second run has two children; a filter that no run fits finds none. */
export const tableRows = ({ columns = [], limit = 200, filter = '' }: TableBody) => {
  const found = filter.includes("= '")
    ? filter.includes(runHex(2))
      ? runs.slice(3, 5)
      : []
    : runs.filter((_, index) => index !== 3 && index !== 4)
  return {
    runs: found.slice(0, limit).map((run) => tableRun(run, columns, run === runs[1] ? 2 : 0)),
  }
}
export const runKeys = {
  metrics: ['val_accuracy', 'val_log_loss', 'train_seconds'],
  params: ['solver', 'C', 'max_iter', 'folds'],
  tags: ['line', 'cycle', 'mlflow.source.name'],
}
export const groups = ({ metrics = [] }: { metrics?: string[] }) => ({
  groups: ['lbfgs', 'newton-cg', null].map((value, index) => ({
    value,
    runs: 12 - index * 4,
    running: index === 0 ? 1 : 0,
    failed: index === 1 ? 2 : 0,
    last_start: now - index * min,
    aggregates: metrics.map(() => ({ runs: 9, mean: 0.93 - index * 0.01, min: 0.9, max: 0.98 })),
  })),
})
export const views = [
  {
    id: id('view'),
    page: 'runs',
    name: 'best by accuracy',
    state: { order: 'metrics.val_accuracy desc' },
    shared: true,
    owner: 'grace',
    own: false,
    updated_at: ago(40 * min),
  },
]
export const runModels = [
  {
    id: `m-${runHex(77)}`,
    name: 'digit-net',
    model_type: '',
    status: 'ready',
    direction: 'output',
    step: 0,
    source_run: runHex(2),
    created_at: ago(31 * min),
  },
]
export const series = (body: { runs: string[]; keys: string[] }) => ({
  series: body.runs.flatMap((run) =>
    body.keys.map((key) => ({
      run,
      key,
      start: now - 36_000,
      count: 60,
      exact: true,
      steps: Array.from({ length: 60 }, (_, i) => i),
      times: Array.from({ length: 60 }, (_, i) => now - (60 - i) * 600),
      values: Array.from({ length: 60 }, (_, i) =>
        key.includes('loss')
          ? 2.1 * Math.exp(-i / 12) + 0.1 + random() * 0.05
          : 0.97 - 0.7 * Math.exp(-i / 9) + random() * 0.01,
      ),
    })),
  ),
})
/** The files of a run, or (for a logged model) those that say what it needs. */
export const files = (query: URLSearchParams) =>
  query.get('of')?.startsWith('logged-models/')
    ? [
        { path: 'MLmodel', directory: false, size: 591, digest: hash('m') },
        { path: 'requirements.txt', directory: false, size: 33, digest: hash('r') },
      ]
    : (query.get('path') ?? '') === ''
      ? artifacts
      : []
export const preview = (query: URLSearchParams) => {
  const path = query.get('path') ?? ''
  const about = { path, size: 2119, media_type: 'text/plain' }
  if (path.endsWith('.png')) return { ...about, media_type: 'image/png', kind: 'image' }
  if (path.endsWith('.csv')) {
    const columns = ['id', 'label'].map((name) => ({ name, type: 'BIGINT', nullable: true }))
    const rows = Array.from({ length: 20 }, (_, i) => [i, i % 10])
    return { ...about, media_type: 'text/csv', kind: 'table', columns, rows, offset: 0, total: 20 }
  }
  const text = path.endsWith('requirements.txt') ? 'numpy==2.3.1\nscikit-learn==1.9.1\n' : 'accuracy 0.9717\n'
  return { ...about, kind: 'text', text, offset: 0, next_offset: null, language: 'text' }
}
export const artifacts = [
  { path: 'model', directory: true, size: null, digest: null },
  { path: 'confusion.png', directory: false, size: 41_209, digest: hash('a') },
  { path: 'predictions.csv', directory: false, size: 2_119, digest: hash('c') },
  { path: 'report.txt', directory: false, size: 2_119, digest: hash('b') },
]
