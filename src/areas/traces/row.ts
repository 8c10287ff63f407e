import type { Selectable } from 'kysely'
import type { Traces } from '../../store/tables.ts'
import type { Assessment } from './assessment.ts'
import type { Texts } from './span.ts'
import type { TraceInfo, TraceState } from './trace.ts'
import type { Counts } from './usage.ts'

export type TraceRow = Selectable<Traces>

export function infoOf(row: TraceRow, assessments: readonly Assessment[]): TraceInfo {
  return {
    id: row.id,
    experimentId: String(row.experiment_id),
    name: row.name,
    rootName: row.root_name,
    state: row.state as TraceState,
    start: row.start_ms,
    duration: row.duration_ms,
    clientRequestId: row.client_request_id,
    request: row.request_preview,
    response: row.response_preview,
    session: row.session,
    usage: row.usage as Counts | null,
    cost: row.cost as Counts | null,
    tags: row.tags as Texts,
    metadata: row.metadata as Texts,
    assessments,
  }
}
