import type { Area } from '../../base/area.ts'
import type { Store } from '../../store/store.ts'
import type { Tracking } from '../tracking/index.ts'
import { createDatasetReader } from './evaluation/dataset-reader.ts'
import { createScorerReader } from './evaluation/scorer.ts'
import { createIngest } from './ingest.ts'
import { createIssueReader } from './issue.ts'
import { correlate, type MetricQuery, queryTraceMetrics } from './metrics.ts'
import { createReader } from './reader.ts'
import { recountWork } from './recount.ts'
import { removeOld } from './retain.ts'
import { createLabelReader } from './reviews/label-schema.ts'
import { createQueueReader } from './reviews/queue.ts'
import { traceRoutes } from './routes.ts'

export type {
  Assessment,
  AssessmentChange,
  AssessmentError,
  AssessmentKind,
  NewAssessment,
} from './assessment.ts'
export { createAssessment, deleteAssessment, updateAssessment } from './assessment-writer.ts'
export { type EvaluationDataset, type EvaluationRecord, recordsIn, textsOf } from './evaluation/dataset.ts'
export {
  changeDatasetTags,
  changeExperiments,
  createDataset,
  deleteDataset,
  deleteRecords,
  upsertRecords,
} from './evaluation/dataset-writer.ts'
export {
  deleteScorer,
  registerScorer,
  type Scorer,
  scheduleScorer,
  scorerNotFound,
} from './evaluation/scorer.ts'
export type { Batch } from './ingest.ts'
export { createIssue, type Issue, updateIssue } from './issue.ts'
export type { StoredSpan } from './reader.ts'
export { addItems, removeItems, settleItem } from './reviews/item-writer.ts'
export type { LabelInput } from './reviews/label-input.ts'
export type { LabelSchema } from './reviews/label-schema.ts'
export { createLabelSchema, deleteLabelSchema, updateLabelSchema } from './reviews/label-writer.ts'
export type { ReviewItem, ReviewQueue } from './reviews/queue.ts'
export { personOf } from './reviews/queue-check.ts'
export { createQueue, deleteQueue, updateQueue } from './reviews/queue-writer.ts'
export type { TraceSearch } from './search.ts'
export type { Texts } from './span.ts'
export {
  cleanText,
  type Json,
  jsonString,
  type Span,
  type SpanEvent,
  type SpanLink,
  spanKey,
} from './span.ts'
export { type NewTrace, type TraceInfo, type TraceState, traceKey } from './trace.ts'
export { type Counts, cacheKeys, costKeys, countsOf, tokenKeys } from './usage.ts'
export { changeTags, type Deletion, deleteTraces, linkTraces } from './writer.ts'

/** What applications did, call by call, and what is said of it. */
export function createTraces(deps: { store: Store; tracking: Tracking }) {
  const { store } = deps
  const reader = createReader(store)
  const area: Area = {
    name: 'traces',
    routes: traceRoutes({ ...deps, reader }),
    work: [recountWork(store)],
    retain: (rule, attempt) => removeOld(store, rule, attempt),
  }
  return {
    area,
    ...reader,
    ...createIngest(store),
    ...createDatasetReader(store),
    ...createScorerReader(store),
    ...createIssueReader(store),
    ...createLabelReader(store),
    ...createQueueReader(store),
    metrics: (query: MetricQuery) => queryTraceMetrics(store, query),
    correlate: (query: Parameters<typeof correlate>[1]) => correlate(store, query),
  }
}

export type Traces = ReturnType<typeof createTraces>
