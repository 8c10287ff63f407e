import type { Kysely } from 'kysely'
import type { DB } from '../../store/tables.ts'

/** What to list. Ids are made in the order of time, so the page goes by them. */
export interface Filter {
  /** Absent: the platform and every project. */
  readonly projectId?: string
  readonly action?: string
  readonly actor?: string
  readonly subjectType?: string
  readonly subjectId?: string
  readonly from?: Date
  readonly to?: Date
  readonly before?: string
  readonly limit: number
}

/** Entries, newest first. */
export async function entries(db: Kysely<DB>, filter: Filter) {
  let query = db
    .selectFrom('audit_entries as a')
    .leftJoin('projects as p', 'p.id', 'a.project_id')
    .selectAll('a')
    .select('p.name as project')
    .orderBy('a.id', 'desc')
    .limit(filter.limit)
  const { projectId, action, actor, subjectType, subjectId, from, to, before } = filter
  if (projectId !== undefined) query = query.where('a.project_id', '=', projectId)
  if (action?.endsWith('.')) query = query.where('a.action', 'like', `${action.replace(/[\\%_]/g, '\\$&')}%`)
  else if (action !== undefined) query = query.where('a.action', '=', action)
  if (actor !== undefined) {
    query = query.where((where) =>
      where.or([where('a.actor_id', '=', actor), where('a.actor_name', '=', actor)]),
    )
  }
  if (subjectType !== undefined) query = query.where('a.subject_type', '=', subjectType)
  if (subjectId !== undefined) query = query.where('a.subject_id', '=', subjectId)
  if (from !== undefined) query = query.where('a.recorded_at', '>=', from)
  if (to !== undefined) query = query.where('a.recorded_at', '<', to)
  if (before !== undefined) query = query.where('a.id', '<', before)
  return query.execute()
}
