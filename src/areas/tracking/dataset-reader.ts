import { sql } from 'kysely'
import type { Store } from '../../store/store.ts'

/** A dataset that runs of an experiment used, once for each context: `training`, for example. */
export interface DatasetUse {
  readonly experimentId: string
  readonly name: string
  readonly digest: string
  readonly context: string
}

const most = 1000

/** The datasets of experiments, of their newest use first: not more than a person can look through. */
export async function datasetsOf(
  store: Store,
  projectId: string,
  experimentIds: readonly string[],
): Promise<DatasetUse[]> {
  const ids = experimentIds.filter((id) => /^\d{1,18}$/.test(id))
  const { rows } = await sql<DatasetUse>`
    select d.experiment_id::text as "experimentId", d.name, d.digest, coalesce(i.tags->>'mlflow.data.context', '') as context
    from run_datasets d
    join experiments e on e.id = d.experiment_id and e.project_id = ${projectId}
    join run_inputs i on i.dataset_id = d.id
    where d.experiment_id = any(${ids}::bigint[])
    group by 1, 2, 3, 4
    order by max(i.run_id::text) desc, d.name, d.digest
    limit ${most}`.execute(store.read)
  return rows
}
