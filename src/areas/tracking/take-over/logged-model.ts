import { sql } from 'kysely'
import type { LoggedModelRecord } from '../../../contract/records.ts'
import type { Tx } from '../../../store/store.ts'
import { type Moved, ownOr } from './location.ts'
import { taken } from './taken.ts'

/** Makes the logged model, or brings it to the state of the record, under its own id. Its run must be there. */
export async function takeLoggedModel(
  tx: Tx,
  projectId: string,
  record: LoggedModelRecord,
  moved: Moved,
): Promise<void> {
  const own = `${moved.home}/${moved.to}/models/${record.id}/artifacts`
  const { rows } = await sql`insert into logged_models
      (id, project_id, experiment_id, name, model_type, source_run_id, status, artifact_uri, params, tags, deleted,
        created_ms, updated_ms)
    values (${record.id}, ${projectId}, ${moved.to}::bigint, ${record.name}, ${record.model_type},
      (select id from runs where id = ${record.source_run_id}::uuid and project_id = ${projectId}),
      ${record.status}, ${ownOr(record.artifact_uri, own, moved)}, ${JSON.stringify(record.params)}::jsonb,
      ${JSON.stringify(record.tags)}::jsonb, ${record.deleted}, ${record.created}, ${record.updated})
    on conflict (id) do update set name = excluded.name, status = excluded.status, params = excluded.params,
      tags = excluded.tags, deleted = excluded.deleted, updated_ms = excluded.updated_ms
    where logged_models.project_id = ${projectId} returning 1 as one`.execute(tx.db)
  if (rows.length === 0) throw taken('logged model', record.id)
}
