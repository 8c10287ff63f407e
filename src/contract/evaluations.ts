import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { PageQuery, ProjectPath, Time } from './names.ts'
import { RunId } from './runs.ts'
import { Trace } from './traces.ts'

const Text = Type.String()
const Next = Type.Optional(Type.String())
const TextOrNull = Type.Union([Type.String(), Type.Null()])

/** What one scorer said of all records of a run. */
export const ScorerResult = Type.Object({
  name: Text,
  /** Records that it scored; those on which it failed are apart. */
  scored: Type.Integer(),
  failed: Type.Integer(),
  /** Of yes/no verdicts: how many were yes; null when its values are none. */
  passed: Type.Union([Type.Integer(), Type.Null()]),
  /** Of the values that are numbers or verdicts (yes is 1). */
  mean: Type.Union([Type.Number(), Type.Null()]),
})
export type ScorerResult = Static<typeof ScorerResult>

/** A run whose traces were scored. */
export const Evaluation = Type.Object({
  run_id: RunId,
  name: Text,
  experiment_id: Text,
  started_at: Time,
  /** Traces that were scored. */
  records: Type.Integer(),
  dataset: TextOrNull,
  scorers: Type.Array(ScorerResult),
})
export type Evaluation = Static<typeof Evaluation>

export const EvaluationDataset = Type.Object({
  id: Text,
  name: Text,
  experiment_ids: Type.Array(Text),
  records: Type.Integer(),
  digest: Text,
  tags: Type.Record(Type.String(), Type.String()),
  created_at: Time,
  updated_at: Time,
  created_by: TextOrNull,
})
export type EvaluationDataset = Static<typeof EvaluationDataset>

export const EvaluationRecord = Type.Object({
  id: Text,
  /** What the application is called with. */
  inputs: Type.Unknown(),
  outputs: Type.Unknown(),
  /** What a right answer is. */
  expectations: Type.Unknown(),
  tags: Type.Record(Type.String(), Type.String()),
  /** Where it comes from: a trace, a person, a document, code. */
  source: TextOrNull,
  created_at: Time,
  updated_at: Time,
})
export type EvaluationRecord = Static<typeof EvaluationRecord>

const DatasetPath = Type.Object({
  ...ProjectPath.properties,
  dataset: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
})

export const evaluations = {
  list: endpoint({
    id: 'evaluations.list',
    method: 'GET',
    path: '/projects/:project/evaluations',
    summary: 'Runs whose traces were scored, the latest first.',
    params: ProjectPath,
    query: Type.Object({ ...PageQuery, experiment: Type.Optional(Text) }),
    reply: Type.Object({ evaluations: Type.Array(Evaluation), next: Next }),
  }),
  get: endpoint({
    id: 'evaluations.get',
    method: 'GET',
    path: '/projects/:project/evaluations/:run',
    summary: 'One evaluation: what each scorer said.',
    params: Type.Object({ ...ProjectPath.properties, run: RunId }),
    reply: Evaluation,
  }),
  records: endpoint({
    id: 'evaluations.records',
    method: 'GET',
    path: '/projects/:project/evaluations/:run/records',
    summary: 'The scored traces of an evaluation with what was said of each.',
    params: Type.Object({ ...ProjectPath.properties, run: RunId }),
    query: Type.Object(PageQuery),
    reply: Type.Object({ traces: Type.Array(Trace), next: Next }),
  }),
}

export const evaluationDatasets = {
  list: endpoint({
    id: 'evaluationDatasets.list',
    method: 'GET',
    path: '/projects/:project/evaluation-datasets',
    summary: 'Datasets to evaluate applications with, the one changed last first.',
    params: ProjectPath,
    query: Type.Object({ ...PageQuery, experiment: Type.Optional(Text) }),
    reply: Type.Object({ datasets: Type.Array(EvaluationDataset), next: Next }),
  }),
  get: endpoint({
    id: 'evaluationDatasets.get',
    method: 'GET',
    path: '/projects/:project/evaluation-datasets/:dataset',
    summary: 'One evaluation dataset.',
    params: DatasetPath,
    reply: EvaluationDataset,
  }),
  records: endpoint({
    id: 'evaluationDatasets.records',
    method: 'GET',
    path: '/projects/:project/evaluation-datasets/:dataset/records',
    summary: 'The records of an evaluation dataset, oldest first.',
    params: DatasetPath,
    query: Type.Object(PageQuery),
    reply: Type.Object({ records: Type.Array(EvaluationRecord), next: Next }),
  }),
  delete: endpoint({
    id: 'evaluationDatasets.delete',
    method: 'DELETE',
    path: '/projects/:project/evaluation-datasets/:dataset',
    summary: 'Deletes an evaluation dataset with its records.',
    params: DatasetPath,
    reply: Type.Object({ deleted: Type.Boolean() }),
  }),
}
