import { uuidv7 } from '../../base/id.ts'
import type { HistoryEntry } from '../../contract/models.ts'
import type { Store, Tx } from '../../store/store.ts'

export interface Move {
  readonly kind: 'alias' | 'stage'
  /** The alias, or the number of the version. */
  readonly name: string
  readonly before: string | null
  readonly after: string | null
  readonly rollback?: boolean
}

/** Keeps a move of an alias or stage; what did not move leaves nothing. */
export async function recordMove(
  tx: Tx,
  model: { id: string; projectId: string },
  move: Move,
): Promise<void> {
  if (move.before === move.after) return
  await tx.db
    .insertInto('model_history')
    .values({
      id: uuidv7(),
      project_id: model.projectId,
      model_id: model.id,
      kind: move.kind,
      name: move.name,
      before: move.before,
      after: move.after,
      rollback: move.rollback ?? false,
      created_by: tx.principal.name,
    })
    .execute()
}

/** Newest first. */
export async function historyOf(
  db: Store['read'],
  modelId: string,
  page: { before?: string | undefined; limit: number },
): Promise<HistoryEntry[]> {
  const rows = await db
    .selectFrom('model_history')
    .selectAll()
    .where('model_id', '=', modelId)
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind === 'alias' ? 'alias' : 'stage',
    name: row.name,
    before: row.before,
    after: row.after,
    rollback: row.rollback,
    at: row.created_at.toISOString(),
    by: row.created_by,
  }))
}
