import { uuidv7 } from '../../base/id.ts'
import type { LineSpec } from '../../contract/linespec.ts'
import type { Tx } from '../../store/store.ts'
import type { CycleRow, Line } from './reader.ts'

export interface NewDecision {
  readonly kind: string
  readonly sentence: string
  readonly cycle?: number
  readonly evidence?: Record<string, unknown>
  /** Said once under this name, however often it is decided. */
  readonly once?: string
}

type LineKey = Pick<Line, 'id' | 'project_id'>

/** Writes down what the line decided, and why, in the transaction that does it. */
export async function say(tx: Tx, line: LineKey, decision: NewDecision): Promise<void> {
  await tx.db
    .insertInto('line_decisions')
    .values({
      id: uuidv7(),
      project_id: line.project_id,
      line_id: line.id,
      cycle: decision.cycle ?? null,
      kind: decision.kind,
      sentence: decision.sentence,
      evidence: JSON.stringify(decision.evidence ?? {}),
      once: decision.once ?? null,
    })
    .onConflict((conflict) => conflict.columns(['line_id', 'once']).doNothing())
    .execute()
  await tx.audit({
    action: `line.${decision.kind}`,
    projectId: line.project_id,
    subjectType: 'line',
    subjectId: line.id,
    details: {
      sentence: decision.sentence,
      ...(decision.cycle === undefined ? {} : { cycle: decision.cycle }),
    },
  })
  tx.hint(line.project_id, `lines:${line.id}`)
}

/** Have the line look at itself soon. */
export async function wake(tx: Tx, line: LineKey): Promise<void> {
  await tx.enqueue({ kind: 'lines.reconcile', key: line.id, projectId: line.project_id })
}

export interface Applied {
  readonly spec: LineSpec
  readonly files: Readonly<Record<string, string>>
  readonly codeDigest: string
}

export async function insertLine(
  tx: Tx,
  line: Applied & { id: string; projectId: string; deploymentId: string },
): Promise<void> {
  await tx.db
    .insertInto('lines')
    .values({
      id: line.id,
      project_id: line.projectId,
      name: line.spec.line,
      spec: JSON.stringify(line.spec),
      files: JSON.stringify(line.files),
      code_digest: line.codeDigest,
      deployment_id: line.deploymentId,
    })
    .execute()
  await insertGeneration(tx, line, 1)
}

export async function updateLine(tx: Tx, line: Line, applied: Applied): Promise<void> {
  const generation = line.generation + 1
  await tx.db
    .updateTable('lines')
    .set({
      spec: JSON.stringify(applied.spec),
      files: JSON.stringify(applied.files),
      code_digest: applied.codeDigest,
      generation,
      applied_at: tx.now,
    })
    .where('id', '=', line.id)
    .execute()
  await insertGeneration(tx, { ...applied, id: line.id, projectId: line.project_id }, generation)
}

async function insertGeneration(
  tx: Tx,
  line: Applied & { id: string; projectId: string },
  generation: number,
): Promise<void> {
  await tx.db
    .insertInto('line_generations')
    .values({
      line_id: line.id,
      project_id: line.projectId,
      generation,
      spec: JSON.stringify(line.spec),
      files: JSON.stringify(line.files),
      code_digest: line.codeDigest,
      applied_by: tx.principal.id,
    })
    .execute()
}

export async function setDesired(tx: Tx, line: Line, desired: 'active' | 'paused'): Promise<void> {
  await tx.db.updateTable('lines').set({ desired }).where('id', '=', line.id).execute()
}

export async function setChampion(tx: Tx, line: Line, cycle: CycleRow): Promise<void> {
  await tx.db
    .updateTable('lines')
    .set({ champion_version_id: cycle.model_version_id, reference_version_id: cycle.reference_version_id })
    .where('id', '=', line.id)
    .execute()
}

/** Raises a trigger once per source. */
export async function raise(
  tx: Tx,
  line: LineKey,
  trigger: { kind: string; reason: string; source: string },
): Promise<void> {
  await tx.db
    .insertInto('line_triggers')
    .values({ id: uuidv7(), project_id: line.project_id, line_id: line.id, ...trigger })
    .onConflict((conflict) => conflict.columns(['line_id', 'source']).doNothing())
    .execute()
}

/** Pending triggers are answered by this cycle. */
export async function answerTriggers(
  tx: Tx,
  lineId: string,
  cycleId: string,
  kinds?: readonly string[],
): Promise<void> {
  let update = tx.db
    .updateTable('line_triggers')
    .set({ cycle_id: cycleId })
    .where('line_id', '=', lineId)
    .where('cycle_id', 'is', null)
  if (kinds !== undefined) update = update.where('kind', 'in', [...kinds])
  await update.execute()
}

export async function insertCycle(
  tx: Tx,
  line: Line,
  cycle: {
    id: string
    number: number
    trigger: string
    reason: string
    pipelineRunId: string
    datasetVersionId: string
  },
): Promise<void> {
  await tx.db
    .insertInto('line_cycles')
    .values({
      id: cycle.id,
      project_id: line.project_id,
      line_id: line.id,
      number: cycle.number,
      generation: line.generation,
      state: 'running',
      trigger: cycle.trigger,
      reason: cycle.reason,
      pipeline_run_id: cycle.pipelineRunId,
      dataset_version_id: cycle.datasetVersionId,
    })
    .execute()
}

type CycleChange = Partial<
  Pick<
    CycleRow,
    | 'state'
    | 'outcome'
    | 'model_version_id'
    | 'dataset_version_id'
    | 'reference_version_id'
    | 'rollout_id'
    | 'collected_rows'
  >
> & {
  readonly gates?: unknown
  readonly metrics?: unknown
  readonly champion_metrics?: unknown
}

export async function updateCycle(tx: Tx, cycleId: string, change: CycleChange): Promise<void> {
  const { gates, metrics, champion_metrics, ...columns } = change
  await tx.db
    .updateTable('line_cycles')
    .set({
      ...columns,
      ...(gates === undefined ? {} : { gates: JSON.stringify(gates) }),
      ...(metrics === undefined ? {} : { metrics: JSON.stringify(metrics) }),
      ...(champion_metrics === undefined ? {} : { champion_metrics: JSON.stringify(champion_metrics) }),
    })
    .where('id', '=', cycleId)
    .execute()
}

/** Ends a cycle and says so. */
export async function endCycle(
  tx: Tx,
  line: Line,
  cycle: CycleRow,
  end: { state: string; outcome: string; evidence?: Record<string, unknown> },
): Promise<void> {
  await tx.db
    .updateTable('line_cycles')
    .set({ state: end.state, outcome: end.outcome, ended_at: tx.now })
    .where('id', '=', cycle.id)
    .execute()
  await say(tx, line, {
    kind: `cycle_${end.state}`,
    sentence: end.outcome,
    cycle: cycle.number,
    ...(end.evidence === undefined ? {} : { evidence: end.evidence }),
  })
  await tx.emit({
    type: 'line.cycle_ended',
    projectId: line.project_id,
    subject: line.id,
    data: { cycle: cycle.number, state: end.state },
  })
}

export async function deleteLine(tx: Tx, line: Line): Promise<void> {
  await tx.db.deleteFrom('lines').where('id', '=', line.id).execute()
  await tx.audit({
    action: 'line.delete',
    projectId: line.project_id,
    subjectType: 'line',
    subjectId: line.id,
    details: { name: line.name },
  })
}
