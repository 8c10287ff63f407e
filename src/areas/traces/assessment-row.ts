import { type Selectable, sql } from 'kysely'
import type { Store } from '../../store/store.ts'
import type { Assessments } from '../../store/tables.ts'
import type { Assessment, AssessmentError, AssessmentKind } from './assessment.ts'
import type { Texts } from './span.ts'

export function assessmentOf(row: Selectable<Assessments>): Assessment {
  return {
    id: row.id,
    traceId: row.trace_id,
    kind: row.kind as AssessmentKind,
    name: row.name,
    value: row.value,
    error: row.error as AssessmentError | null,
    rationale: row.rationale,
    sourceType: row.source_type,
    sourceId: row.source_id,
    spanId: row.span_id,
    runId: row.run_id,
    overrides: row.overrides,
    valid: row.valid,
    metadata: row.metadata as Texts,
    created: row.created_ms,
    updated: row.updated_ms,
  }
}

/** By trace, oldest first. */
export async function assessmentsOf(
  db: Store['read'],
  projectId: string,
  traceIds: readonly string[],
): Promise<Map<string, Assessment[]>> {
  if (traceIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('assessments')
    .selectAll()
    .where('project_id', '=', projectId)
    .where(sql<boolean>`trace_id = any(${traceIds}::text[])`)
    .orderBy('created_ms')
    .orderBy('id')
    .execute()
  return Map.groupBy(rows.map(assessmentOf), (assessment) => assessment.traceId)
}
