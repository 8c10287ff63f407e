import { uuidv7 } from '../../base/id.ts'
import type { Tx } from '../../store/store.ts'

/** Finds the import of that source, or begins it. Returns its id. */
export async function beginImport(tx: Tx, projectId: string, source: string): Promise<string> {
  const row = await tx.db
    .insertInto('imports')
    .values({ id: uuidv7(), project_id: projectId, source, created_by: tx.principal.name })
    .onConflict((conflict) => conflict.columns(['project_id', 'source']).doUpdateSet({ updated_at: tx.now }))
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx.audit({
    action: 'import.begin',
    projectId,
    subjectType: 'import',
    subjectId: row.id,
    details: { source },
  })
  return row.id
}

export interface NewItem {
  readonly kind: 'experiment' | 'run' | 'logged_model' | 'version'
  readonly sourceId: string
  readonly targetId: string
  readonly digest: string
}

/** Remembers what was copied. */
export async function setItems(tx: Tx, importId: string, items: readonly NewItem[]): Promise<void> {
  // The last of several of the same thing holds; a statement must not meet a row twice.
  const last = new Map(items.map((item) => [`${item.kind}\n${item.sourceId}`, item]))
  if (last.size === 0) return
  await tx.db
    .insertInto('import_items')
    .values(
      [...last.values()].map((item) => ({
        import_id: importId,
        kind: item.kind,
        source_id: item.sourceId,
        target_id: item.targetId,
        digest: item.digest,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['import_id', 'kind', 'source_id']).doUpdateSet({
        target_id: (e) => e.ref('excluded.target_id'),
        digest: (e) => e.ref('excluded.digest'),
      }),
    )
    .execute()
  await tx.db.updateTable('imports').set({ updated_at: tx.now }).where('id', '=', importId).execute()
}
