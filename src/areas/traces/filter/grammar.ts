export type Entity = 'attribute' | 'tag' | 'metadata' | 'span' | 'feedback' | 'expectation' | 'issue'

/** Every accepted spelling of what stands before the first dot. */
export const entities: Readonly<Record<string, Entity>> = {
  attribute: 'attribute',
  attributes: 'attribute',
  trace: 'attribute',
  tag: 'tag',
  tags: 'tag',
  metadata: 'metadata',
  request_metadata: 'metadata',
  span: 'span',
  feedback: 'feedback',
  expectation: 'expectation',
  issue: 'issue',
}

/** Numbers among the attributes, by each of their spellings. */
export const numbers: Readonly<Record<string, string>> = {
  timestamp: 'timestamp_ms',
  timestamp_ms: 'timestamp_ms',
  execution_time: 'execution_time_ms',
  execution_time_ms: 'execution_time_ms',
  end_time: 'end_time_ms',
  end_time_ms: 'end_time_ms',
}

export const filterable: readonly string[] = [
  'request_id',
  ...Object.keys(numbers),
  'status',
  'client_request_id',
  'name',
  'run_id',
  'prompt',
  'text',
]
export const orderable: readonly string[] = [
  'experiment_id',
  ...Object.keys(numbers),
  'status',
  'request_id',
  'name',
  'run_id',
]
/** Attributes that may be compared with a list. */
export const lists: readonly string[] = ['name', 'status', 'request_id', 'run_id', 'client_request_id']
export const spanKeys: readonly string[] = ['name', 'type', 'status']

const number = ['>', '>=', '=', '!=', '<', '<='] as const
const like = ['LIKE', 'ILIKE'] as const
const nulls = ['IS NULL', 'IS NOT NULL'] as const
const texts = ['!=', '=', ...like, 'RLIKE'] as const

/** What a thing may be compared by. */
export function comparatorsOf(entity: Entity, key: string): readonly string[] {
  switch (entity) {
    case 'attribute':
      if (key in numbers) return number
      if (key === 'text') return like
      if (key === 'prompt') return ['=']
      if (key === 'run_id' || key === 'name') return [...texts, 'IN', 'NOT IN', ...nulls]
      return [...texts, 'IN', 'NOT IN']
    case 'tag':
    case 'metadata':
      return [...texts, ...nulls]
    case 'span':
      return key === 'content' ? like : [...texts, 'IN', 'NOT IN']
    case 'issue':
      return ['=']
    default:
      return [...texts, '>', '>=', '<', '<=', ...nulls]
  }
}
