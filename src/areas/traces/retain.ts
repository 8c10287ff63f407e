import { sql } from 'kysely'
import type { Attempt, RetentionRule } from '../../base/area.ts'
import type { Store } from '../../store/store.ts'
import { removeTraces } from './writer.ts'

const atOnce = 1000

/** Removes some of the traces that began before a time, but none of an experiment that is held. */
export async function removeOld(store: Store, rule: RetentionRule, attempt: Attempt): Promise<number> {
  if (rule.name !== 'traces') return 0
  return await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    const { rows } = await sql<{ id: string }>`select t.id from traces t
      where t.project_id = ${rule.projectId} and t.start_ms < ${rule.before.getTime()}
        and not exists (select from holds h where h.released_at is null
          and h.subject_type = 'experiment' and h.subject_id = t.experiment_id::text)
      order by t.start_ms limit ${atOnce} for update of t`.execute(tx.db)
    const ids = rows.map(({ id }) => id)
    await removeTraces(tx, rule.projectId, ids)
    return ids.length
  })
}
