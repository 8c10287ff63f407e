import type { Tx } from '../../store/store.ts'
import {
  type Assessment,
  type AssessmentChange,
  assessmentId,
  assessmentNotFound,
  checkAssessment,
  checkChange,
  type NewAssessment,
  sourceRunKey,
} from './assessment.ts'
import { assessmentOf } from './assessment-row.ts'
import { traceNotFound } from './trace.ts'

/** Adds those that a client sends along with its trace; one of the same id is replaced. */
export async function insertAssessments(
  tx: Tx,
  projectId: string,
  traceId: string,
  assessments: readonly NewAssessment[],
): Promise<void> {
  for (const assessment of assessments) {
    checkAssessment(assessment)
    const row = rowOf(projectId, traceId, assessment.id || assessmentId(), assessment)
    const { project_id, trace_id, id, ...values } = row
    await tx.db
      .insertInto('assessments')
      .values(row)
      .onConflict((conflict) => conflict.columns(['project_id', 'trace_id', 'id']).doUpdateSet(values))
      .execute()
  }
}

/** What it overrides is no longer valid. Fails with `not_found` when the trace, or what it overrides, is unknown. */
export async function createAssessment(
  tx: Tx,
  projectId: string,
  traceId: string,
  assessment: NewAssessment,
): Promise<Assessment> {
  checkAssessment(assessment)
  const trace = await tx.db
    .selectFrom('traces')
    .select('id')
    .where('project_id', '=', projectId)
    .where('id', '=', traceId)
    .forKeyShare()
    .executeTakeFirst()
  if (trace === undefined) throw traceNotFound(traceId)
  if (assessment.overrides !== null) {
    const overridden = await setValid(tx, projectId, traceId, assessment.overrides, false)
    if (!overridden) throw assessmentNotFound(traceId, assessment.overrides)
  }
  const row = await tx.db
    .insertInto('assessments')
    .values(rowOf(projectId, traceId, assessmentId(), assessment))
    .returningAll()
    .executeTakeFirstOrThrow()
  await audit(tx, projectId, traceId, 'assessment.create', row)
  return assessmentOf(row)
}

export async function updateAssessment(
  tx: Tx,
  projectId: string,
  traceId: string,
  id: string,
  change: AssessmentChange,
): Promise<Assessment> {
  const old = await lock(tx, projectId, traceId, id)
  checkChange(old.kind, change)
  const row = await tx.db
    .updateTable('assessments')
    .set({
      name: change.name ?? old.name,
      value: change.feedback?.value ?? change.expectation ?? old.value,
      error: change.feedback === undefined ? json(old.error) : json(change.feedback.error),
      rationale: change.rationale ?? old.rationale,
      metadata: { ...old.metadata, ...change.metadata },
      updated_ms: tx.now.getTime(),
    })
    .where('project_id', '=', projectId)
    .where('trace_id', '=', traceId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await audit(tx, projectId, traceId, 'assessment.update', row)
  return assessmentOf(row)
}

/** What it overrode is valid again. Returns false when there is no such assessment. */
export async function deleteAssessment(
  tx: Tx,
  projectId: string,
  traceId: string,
  id: string,
): Promise<boolean> {
  const row = await tx.db
    .deleteFrom('assessments')
    .where('project_id', '=', projectId)
    .where('trace_id', '=', traceId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return false
  if (row.overrides !== null) await setValid(tx, projectId, traceId, row.overrides, true)
  await audit(tx, projectId, traceId, 'assessment.delete', row)
  return true
}

async function setValid(
  tx: Tx,
  projectId: string,
  traceId: string,
  id: string,
  valid: boolean,
): Promise<boolean> {
  const changed = await tx.db
    .updateTable('assessments')
    .set({ valid })
    .where('project_id', '=', projectId)
    .where('trace_id', '=', traceId)
    .where('id', '=', id)
    .executeTakeFirst()
  return changed.numUpdatedRows > 0n
}

async function lock(tx: Tx, projectId: string, traceId: string, id: string): Promise<Assessment> {
  const row = await tx.db
    .selectFrom('assessments')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('trace_id', '=', traceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw assessmentNotFound(traceId, id)
  return assessmentOf(row)
}

function rowOf(projectId: string, traceId: string, id: string, assessment: NewAssessment) {
  return {
    project_id: projectId,
    trace_id: traceId,
    id,
    kind: assessment.kind,
    name: assessment.name,
    value: assessment.value,
    error: json(assessment.error),
    rationale: assessment.rationale,
    source_type: assessment.sourceType,
    source_id: assessment.sourceId,
    span_id: assessment.spanId,
    run_id: assessment.metadata[sourceRunKey] ?? null,
    overrides: assessment.overrides,
    valid: true,
    metadata: { ...assessment.metadata },
    created_ms: assessment.created,
    updated_ms: assessment.updated,
  }
}

function json(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value)
}

async function audit(
  tx: Tx,
  projectId: string,
  traceId: string,
  action: string,
  row: { id: string; kind: string; name: string },
): Promise<void> {
  await tx.audit({
    action,
    projectId,
    subjectType: 'trace',
    subjectId: traceId,
    details: { assessment: row.id, kind: row.kind, name: row.name },
  })
  tx.hint(projectId, `traces:${traceId}`)
}
