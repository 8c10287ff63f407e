import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { LineSpec } from '../../contract/linespec.ts'
import type { DB, LineCycles, Lines } from '../../store/tables.ts'

type Db = Kysely<DB> | Transaction<DB>

export type CycleRow = Selectable<LineCycles>

export interface Line extends Omit<Selectable<Lines>, 'spec' | 'files'> {
  readonly spec: LineSpec
  readonly files: Readonly<Record<string, string>>
}

export const openStates = ['running', 'gating', 'awaiting_approval', 'rolling_out'] as const

function lineOf(row: Selectable<Lines>): Line {
  return {
    ...row,
    spec: row.spec as unknown as LineSpec,
    files: row.files as unknown as Record<string, string>,
  }
}

export async function lineById(db: Db, id: string): Promise<Line | undefined> {
  const row = await db.selectFrom('lines').selectAll().where('id', '=', id).executeTakeFirst()
  return row && lineOf(row)
}

/** Taken for writing: what is decided from it holds until the commit. */
export async function lockedLine(db: Transaction<DB>, id: string): Promise<Line | undefined> {
  const row = await db.selectFrom('lines').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row && lineOf(row)
}

export async function lineByName(db: Db, projectId: string, name: string): Promise<Line | undefined> {
  const row = await db
    .selectFrom('lines')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && lineOf(row)
}

export async function linesOf(db: Db, projectId: string): Promise<Line[]> {
  const rows = await db
    .selectFrom('lines')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('name')
    .execute()
  return rows.map(lineOf)
}

/** Ids of lines, by what they stand on. */
export async function lineIds(
  db: Db,
  by: { deploymentId: string } | { dataset: string; projectId: string | null } | 'all',
) {
  let query = db.selectFrom('lines').select(['id', 'project_id'])
  if (by !== 'all' && 'deploymentId' in by) query = query.where('deployment_id', '=', by.deploymentId)
  if (by !== 'all' && 'dataset' in by) {
    query = query
      .where('project_id', '=', by.projectId)
      .where(sql<string>`spec #>> '{data,train,dataset}'`, '=', by.dataset)
  }
  return query.execute()
}

export async function openCycle(db: Db, lineId: string): Promise<CycleRow | undefined> {
  return db
    .selectFrom('line_cycles')
    .selectAll()
    .where('line_id', '=', lineId)
    .where('state', 'in', [...openStates])
    .executeTakeFirst()
}

export async function cyclesOf(db: Db, lineId: string, limit: number): Promise<CycleRow[]> {
  return db
    .selectFrom('line_cycles')
    .selectAll()
    .where('line_id', '=', lineId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}

export async function cycleBy(db: Db, by: { pipelineRunId: string } | { rolloutId: string }) {
  const query = db.selectFrom('line_cycles').select(['line_id', 'project_id'])
  return 'rolloutId' in by
    ? query.where('rollout_id', '=', by.rolloutId).executeTakeFirst()
    : query.where('pipeline_run_id', '=', by.pipelineRunId).executeTakeFirst()
}

export async function pendingTriggers(db: Db, lineId: string) {
  return db
    .selectFrom('line_triggers')
    .select(['id', 'kind', 'reason', 'at'])
    .where('line_id', '=', lineId)
    .where('cycle_id', 'is', null)
    .orderBy('at')
    .execute()
}

export async function lastScheduled(db: Db, lineId: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('line_triggers')
    .select('at')
    .where('line_id', '=', lineId)
    .where('kind', '=', 'schedule')
    .orderBy('at', 'desc')
    .executeTakeFirst()
  return row?.at
}

export async function decisionsOf(
  db: Db,
  lineId: string,
  page: { before?: string | undefined; limit: number },
) {
  let query = db.selectFrom('line_decisions').selectAll().where('line_id', '=', lineId)
  if (page.before !== undefined) query = query.where('id', '<', page.before)
  return query.orderBy('id', 'desc').limit(page.limit).execute()
}

/** Whether a decision that is taken once was taken. */
export async function said(db: Db, lineId: string, once: string): Promise<boolean> {
  const row = await db
    .selectFrom('line_decisions')
    .select('id')
    .where('line_id', '=', lineId)
    .where('once', '=', once)
    .executeTakeFirst()
  return row !== undefined
}

/** Who applied a generation: the one who may not approve its versions. */
export async function appliedBy(db: Db, lineId: string, generation: number): Promise<string> {
  const row = await db
    .selectFrom('line_generations')
    .select('applied_by')
    .where('line_id', '=', lineId)
    .where('generation', '=', generation)
    .executeTakeFirstOrThrow()
  return row.applied_by
}
