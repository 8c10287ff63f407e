export type Entity = 'metric' | 'parameter' | 'tag' | 'attribute' | 'dataset'

/** What may be searched in one kind of thing, and how. */
export interface Grammar {
  /** Every accepted spelling of what stands before the first dot. */
  readonly entities: Readonly<Record<string, Entity>>
  readonly attributes: readonly string[]
  readonly numeric: readonly string[]
  /** Attributes that may be compared with a list. */
  readonly lists: readonly string[]
  /** What may be asked for IS NULL. */
  readonly nullable: readonly Entity[]
  readonly orderable: readonly string[]
}

export const comparators = {
  number: ['>', '>=', '!=', '=', '<', '<='],
  text: ['!=', '=', 'LIKE', 'ILIKE'],
  list: ['IN', 'NOT IN'],
  nulls: ['IS NULL', 'IS NOT NULL'],
} as const

export const datasetKeys: readonly string[] = ['name', 'digest', 'context']

const aliases: Readonly<Record<string, string>> = {
  created: 'start_time',
  Created: 'start_time',
  'run name': 'run_name',
  'Run name': 'run_name',
  'Run Name': 'run_name',
}

/** The attribute that a friendlier spelling stands for. */
export function attributeOf(key: string): string {
  return aliases[key] ?? key
}

const words: Readonly<Record<string, Entity>> = {
  metric: 'metric',
  metrics: 'metric',
  parameter: 'parameter',
  parameters: 'parameter',
  param: 'parameter',
  params: 'parameter',
  tag: 'tag',
  tags: 'tag',
  attribute: 'attribute',
  attributes: 'attribute',
  attr: 'attribute',
  run: 'attribute',
  dataset: 'dataset',
  datasets: 'dataset',
}

export const runGrammar: Grammar = {
  entities: words,
  attributes: [
    'run_id',
    'run_name',
    'user_id',
    'status',
    'artifact_uri',
    'start_time',
    'end_time',
    ...Object.keys(aliases),
  ],
  numeric: ['start_time', 'end_time', 'created', 'Created'],
  lists: ['run_id'],
  nullable: ['parameter', 'tag'],
  orderable: [
    'run_id',
    'run_name',
    'user_id',
    'status',
    'artifact_uri',
    'start_time',
    'end_time',
    ...Object.keys(aliases),
  ],
}

/** Attributes and tags only, as experiments and the registry have them. */
export const plainEntities: Readonly<Record<string, Entity>> = {
  attribute: 'attribute',
  tag: 'tag',
  tags: 'tag',
}

export const experimentGrammar: Grammar = {
  entities: plainEntities,
  attributes: ['name', 'experiment_id', 'creation_time', 'last_update_time'],
  numeric: ['creation_time', 'last_update_time'],
  lists: ['experiment_id'],
  nullable: ['tag'],
  orderable: ['name', 'experiment_id', 'creation_time', 'last_update_time'],
}

export const loggedModelGrammar: Grammar = {
  entities: {
    metrics: 'metric',
    params: 'parameter',
    tags: 'tag',
    attribute: 'attribute',
    attributes: 'attribute',
  },
  attributes: [
    'name',
    'model_id',
    'model_type',
    'status',
    'source_run_id',
    'creation_time',
    'creation_timestamp',
    'last_updated_timestamp',
  ],
  numeric: ['creation_time', 'creation_timestamp', 'last_updated_timestamp'],
  lists: ['model_id', 'source_run_id', 'name', 'status'],
  nullable: [],
  orderable: ['name', 'model_id', 'creation_time', 'creation_timestamp', 'last_updated_timestamp'],
}
