import { ago, hash, min, random, runHex, sec } from './made-up.ts'

const assessment = (name: string, value: unknown, more: Record<string, unknown> = {}) => ({
  id: `a-${hash(name + JSON.stringify(value)).slice(0, 32)}`,
  name,
  kind: 'feedback',
  value,
  error: null,
  rationale: null,
  source: 'LLM_JUDGE',
  by: 'openai:/gpt-5-mini',
  span_id: null,
  run_id: null,
  valid: true,
  metadata: {},
  created_at: ago(3 * min),
  updated_at: ago(3 * min),
  ...more,
})

const questions = [
  'What is the parcel limit to Norway?',
  'My parcel has not moved for three days. Where is it?',
  'Can I change the address after it was sent?',
  'How do I print a label without a printer?',
  'Refund for a broken mug, order 8812',
]

export const traces = Array.from({ length: 24 }, (_, i) => {
  const error = i === 4 || i === 17
  return {
    id: `tr-${hash(`trace${i}`).slice(0, 32)}`,
    name: i % 5 === 3 ? 'nightly_digest' : 'answer_customer',
    experiment_id: '1',
    state: i === 0 ? 'in_progress' : error ? 'error' : 'ok',
    started_at: ago(i * 97 * sec + 12 * sec),
    duration: i === 0 ? null : error ? 30_041 : Math.round(900 + random() * 4200),
    request: questions[i % questions.length] ?? '',
    response: error ? null : 'Parcels to Norway may weigh up to 31.5 kg and measure 120 × 60 × 60 cm.',
    session: `s-${Math.floor(i / 3)}`,
    user: 'ada',
    tokens: i === 0 ? null : { input: 1200 + i * 31, output: 240 + i * 7, total: 1440 + i * 38 },
    cost: i === 0 ? null : 0.0041,
    spans: i === 1 ? 32_843 : 11,
    tags: { environment: 'production' },
    assessments:
      i % 3 === 1
        ? [
            assessment('correct', 'yes', { rationale: 'The limit matches the carrier’s page.' }),
            assessment('relevance', i % 2 === 0 ? 'no' : 'yes'),
            assessment('politeness', 0.93, { source: 'CODE', by: 'polite.py' }),
          ]
        : [],
  }
})

export const traceDetail = (id: string) => ({
  ...(traces.find((one) => one.id === id) ?? traces[1]),
  experiment: 'support-bot',
  metadata: { 'mlflow.source.name': 'bot.py' },
  client_request_id: 'req-1881',
  runs: [runHex(2)],
  prompts: [{ name: 'support-answer', version: '4' }],
  assessments: [
    assessment('correct', 'yes', { rationale: 'The limit matches the carrier’s page.' }),
    assessment('grounded', null, {
      error: { code: 'RATE_LIMIT', message: 'The judge could not be reached after 3 tries.' },
    }),
    assessment('expected_response', '31.5 kg, 120 × 60 × 60 cm', {
      kind: 'expectation',
      source: 'HUMAN',
      by: 'grace',
    }),
  ],
})

const kinds = ['CHAIN', 'RETRIEVER', 'EMBEDDING', 'LLM', 'TOOL', 'LLM', 'TOOL', 'PARSER'] as const
const spanId = (n: number) => hash(`span${n}`).slice(0, 16)
const named: Record<string, string> = {
  CHAIN: 'plan',
  RETRIEVER: 'search_tariffs',
  EMBEDDING: 'embed',
  LLM: 'chat.completions',
  TOOL: 'lookup_order',
  PARSER: 'parse_answer',
}

/** As many spans as the one large trace has: what the page must show without a pause. */
const large = 32_843
export const spans = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const kind = i === 0 ? 'AGENT' : (kinds[i % kinds.length] ?? 'CHAIN')
    return {
      id: spanId(i),
      parent_id: i === 0 ? null : spanId(Math.floor((i - 1) / 3)),
      name: i === 0 ? 'answer_customer' : (named[kind] ?? kind),
      type: kind,
      status: i === 6 ? 'error' : 'ok',
      start: i === 0 ? 0 : (i / count) * 2600,
      duration: i === 0 ? 3120 : 40 + ((i * 37) % 480),
      tokens: kind === 'LLM' ? 812 : null,
    }
  })

let made: ReturnType<typeof spans> | undefined

export const spansOf = (trace: string, cursor: string | null) => {
  if (trace !== traces[1]?.id) return { spans: spans(11) }
  made ??= spans(large)
  const from = Number(cursor ?? 0)
  const page = made.slice(from, from + 10_000)
  return { spans: page, ...(from + page.length < large ? { next: String(from + page.length) } : {}) }
}

export const spanDetail = (id: string) => ({
  ...(spans(11).find((one) => one.id === id) ?? spans(1)[0]),
  message: null,
  model: 'gpt-5-mini',
  cost: 0.0041,
  inputs: {
    messages: [
      { role: 'system', content: 'You answer questions about parcels. Cite the tariff.' },
      { role: 'user', content: questions[0] },
    ],
    temperature: 0.2,
  },
  outputs: {
    choices: [
      {
        message: {
          role: 'assistant',
          content: 'Parcels to Norway may weigh up to 31.5 kg and measure 120 × 60 × 60 cm.',
        },
      },
    ],
  },
  attributes: { 'gen_ai.request.model': 'gpt-5-mini', 'http.status_code': 200, retries: 0 },
  events: [{ name: 'first_token', at: 412.5, attributes: { index: 0 } }],
  links: [],
})

export const activity = {
  every: 1_800_000,
  buckets: Array.from({ length: 49 }, (_, i) => {
    const traces = i < 8 ? 0 : Math.round(30 + 25 * Math.sin(i / 6) + random() * 8)
    return {
      at: ago((48 - i) * 30 * min),
      traces,
      errors: i === 30 ? 9 : i % 11 === 0 ? 1 : 0,
      p50: traces === 0 ? null : 1400 + random() * 300,
      p95: traces === 0 ? null : 4100 + random() * 900,
      tokens: traces * 1610,
    }
  }),
}

const scorers = [
  { name: 'correct', scored: 40, failed: 0, passed: 34, mean: 0.85 },
  { name: 'grounded', scored: 38, failed: 2, passed: 37, mean: 0.974 },
  { name: 'politeness', scored: 40, failed: 0, passed: null, mean: 0.9312 },
]

export const evaluations = [
  {
    run_id: runHex(2),
    name: 'support-bot prompt v4',
    experiment_id: '1',
    started_at: ago(18 * min),
    records: 40,
    dataset: 'support-questions',
    scorers,
  },
  {
    run_id: runHex(3),
    name: 'support-bot prompt v3',
    experiment_id: '1',
    started_at: ago(180 * min),
    records: 40,
    dataset: 'support-questions',
    scorers: scorers.map((one) => ({ ...one, passed: one.passed === null ? null : one.passed - 5 })),
  },
]

export const evaluationTraces = traces.slice(1, 21).map((trace, i) => ({
  ...trace,
  assessments: [
    assessment('correct', i % 6 === 2 ? 'no' : 'yes', { rationale: 'Compared with the tariff.' }),
    i === 5
      ? assessment('grounded', null, { error: { code: 'TIMEOUT', message: 'no answer' } })
      : assessment('grounded', true),
    assessment('politeness', 0.8 + random() * 0.2),
    assessment('expected_response', '31.5 kg', { kind: 'expectation', source: 'HUMAN', by: 'grace' }),
  ],
}))

export const evaluationDataset = {
  id: 'd-01a1fd39a0b271e1a0ac075fc39a1d71',
  name: 'support-questions',
  experiment_ids: ['1'],
  records: 40,
  digest: '9f8ce0a1',
  tags: { owner: 'grace' },
  created_at: ago(2000 * min),
  updated_at: ago(20 * min),
  created_by: 'grace',
}

export const evaluationRecords = Array.from({ length: 12 }, (_, i) => ({
  id: `dr-${hash(`record${i}`).slice(0, 32)}`,
  inputs: { question: questions[i % questions.length], locale: 'en' },
  outputs: {},
  expectations: { expected_response: '31.5 kg, 120 × 60 × 60 cm' },
  tags: {},
  source: i % 2 === 0 ? 'trace' : 'human',
  created_at: ago(300 * min),
  updated_at: ago(20 * min),
}))
