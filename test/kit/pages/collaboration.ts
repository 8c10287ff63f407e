import { ago, id, min, runHex, sec } from './made-up.ts'
import { modelRow, version, versionDetail, versions } from './models.ts'
import { runs } from './tracking.ts'

const comment = {
  id: id('comment'),
  author: 'grace',
  own: false,
  body: 'Holds up on the **north** camera, @ada. Shall it be `champion`?',
  mentions: ['ada'],
  created_at: ago(9 * min),
  edited_at: null,
}
const mention = {
  comment,
  subject: {
    type: 'model_version',
    id: id('mv2'),
    title: 'digit-reader v2',
    model: 'digit-reader',
    version: 2,
  },
  read: false,
}

const chosen = { experiment: '1', filter: 'metrics.val_accuracy > 0.9', limit: 12 }
const report = {
  id: id('report'),
  title: 'What cycle 2 taught us',
  version: 2,
  created_by: 'ada',
  created_at: ago(70 * min),
  updated_by: 'grace',
  updated_at: ago(5 * min),
}
const blocks = [
  { kind: 'markdown', text: '## In short\n\nA weaker penalty **helps**, up to `C = 0.5`.' },
  { kind: 'chart', runs: chosen, metrics: ['val_accuracy'], x: 'step', smoothing: 0.4 },
  {
    kind: 'comparison',
    title: 'Penalty and accuracy',
    runs: chosen,
    view: 'scatter',
    axes: ['params.C', 'metrics.val_accuracy'],
  },
  { kind: 'table', title: 'The best', runs: chosen, columns: ['metrics.val_accuracy', 'params.C'] },
]

const promptTexts = [
  '',
  'Answer {{question}}.',
  'You answer questions about parcels.\nAnswer {{question}} in {{language}}.\nSay so when you do not know.',
]
const promptVersion = (n: number) => ({
  ...version(n),
  id: id(`pv${n}`),
  model: 'support-answer',
  aliases: n === 2 ? ['production'] : [],
  description: n === 2 ? 'Admit what is not known' : '',
  tags: {
    'mlflow.prompt.is_prompt': 'true',
    'mlflow.prompt.text': promptTexts[n] ?? '',
    _mlflow_prompt_type: 'text',
  },
  run_id: null,
  size: 0,
  servable: false,
  metrics: {},
})
const prompt = {
  ...modelRow,
  id: id('prompt'),
  name: 'support-answer',
  description: 'What the support bot is told',
  tags: { 'mlflow.prompt.is_prompt': 'true' },
  aliases: [{ alias: 'production', version: 2 }],
  latest: promptVersion(2),
}

const history = [
  { kind: 'alias', name: 'champion', before: '2', after: '1', rollback: true },
  { kind: 'alias', name: 'champion', before: '1', after: '2', rollback: false },
  { kind: 'stage', name: '2', before: 'None', after: 'Staging', rollback: false },
].map((entry, index) => ({ ...entry, id: id(`move${index}`), at: ago((index + 2) * min), by: 'ada' }))

const contents = {
  flavors: [
    { name: 'onnx', version: '1.19.0' },
    { name: 'python_function', version: '3.12.3' },
  ],
  dependencies: [
    { name: 'onnxruntime', requirement: '==1.23.0', file: 'requirements.txt' },
    { name: 'python', requirement: '==3.12.3', file: 'python_env.yaml' },
  ],
  example: { path: 'input_example.json', text: '{"pixels": [[0, 0, 5, 13]]}', truncated: false },
}

const comparison = {
  a: versionDetail(1),
  b: versionDetail(2),
  params: [{ key: 'C', a: '0.1', b: '0.5' }],
  tags: [],
  files: [
    {
      path: 'model.onnx',
      a: { digest: 'ab'.repeat(32), size: 120_880 },
      b: { digest: 'cd'.repeat(32), size: 121_344 },
    },
  ],
  data: [{ key: 'made on', a: 'digits v2', b: 'digits v3' }],
  code: [{ key: 'commit', a: '31f0c2', b: '9ab4e7' }],
  environment: [{ key: 'numpy', a: '==2.0.0', b: '==2.1.3' }],
  metrics: [
    { key: 'accuracy', a: 0.9621, b: 0.9731 },
    { key: 'log_loss', a: 0.12, b: 0.1031 },
  ],
  signature: { compatible: true, reasons: [], notes: ['output `probabilities` is new'] },
}

type Params = Record<string, string>

/** What the pages about models, prompts, reports and what people say are answered. */
export const collaboration: Record<string, (params: Params, query: URLSearchParams) => unknown> = {
  'runs.list': (p, q) => ({
    runs:
      p.project === 'empty'
        ? []
        : runs.filter((run) => !q.get('filter')?.includes('run_id') || q.get('filter')?.includes(run.id)),
  }),
  'models.list': (p, q) => ({
    models: p.project === 'empty' ? [] : q.get('prompts') === 'true' ? [prompt] : [modelRow],
  }),
  'models.get': (p) => (p.model === prompt.name ? prompt : modelRow),
  'models.versions': (p) => ({
    versions: p.model === prompt.name ? [promptVersion(2), promptVersion(1)] : versions,
  }),
  'models.history': () => ({ entries: history }),
  'models.contents': () => contents,
  'models.compare': () => comparison,
  'comments.list': () => ({ comments: [comment] }),
  'inbox.list': (p) =>
    p.project === 'empty' ? { mentions: [], unread: 0 } : { mentions: [mention], unread: 1 },
  'reports.list': (p) => ({ reports: p.project === 'empty' ? [] : [report] }),
  'reports.get': () => ({ ...report, blocks }),
  'reports.versions': () => ({
    versions: [2, 1].map((n) => ({
      version: n,
      title: report.title,
      created_by: n === 2 ? 'grace' : 'ada',
      created_at: ago(n * 20 * sec),
    })),
  }),
}

/** The ids of made-up runs, as they stand in a link to their comparison. */
export const comparedRuns = Array.from({ length: 12 }, (_, index) => runHex(index + 1)).join(',')
export const reportId = report.id
