import type { Kysely, Selectable } from 'kysely'
import type { DB, Holds } from '../../store/tables.ts'

/** What may be held. An experiment is held with all of its runs. */
export type HoldSubject = 'experiment' | 'run' | 'model_version'

export type Hold = Selectable<Holds>

/** The holds of a project, newest first; those that were released only when asked for. */
export async function holdsIn(
  db: Kysely<DB>,
  projectId: string,
  options: { released: boolean; limit: number; before?: string | undefined },
): Promise<Hold[]> {
  return await db
    .selectFrom('holds')
    .selectAll()
    .where('project_id', '=', projectId)
    .$if(!options.released, (query) => query.where('released_at', 'is', null))
    .$if(options.before !== undefined, (query) => query.where('id', '<', options.before ?? ''))
    .orderBy('id', 'desc')
    .limit(options.limit)
    .execute()
}

/** The holds in force on any of these. */
export async function holdsOn(db: Kysely<DB>, type: HoldSubject, ids: readonly string[]): Promise<Hold[]> {
  if (ids.length === 0) return []
  return await db
    .selectFrom('holds')
    .selectAll()
    .where('subject_type', '=', type)
    .where('subject_id', 'in', [...ids])
    .where('released_at', 'is', null)
    .orderBy('id')
    .execute()
}
