import { SlipwayError } from '../../base/error.ts'
import type { Principal } from '../../base/principal.ts'
import type { Store, Tx } from '../../store/store.ts'
import { presentIn } from './grants/reader.ts'
import { projectById, projectByName } from './reader.ts'
import { createProject } from './writer.ts'

export interface Workspace {
  readonly name: string
  readonly description: string
  readonly artifactRoot: string | null
}

/** What keeps a project from being deleted: deleted with all else in it, or only when nothing is left. */
const contents = ['runs', 'registered_models', 'datasets'] as const
const active = ['lines', 'deployments'] as const

/** Projects as a whole, for administrators of the platform. */
export function createWorkspaces(store: Store, changed: () => void) {
  const { read } = store

  async function list(): Promise<Workspace[]> {
    const rows = await read
      .selectFrom('projects')
      .select(['name', 'description', 'artifact_root'])
      .where('deleted_at', 'is', null)
      .orderBy('name')
      .execute()
    return rows.map(({ artifact_root, ...row }) => ({ ...row, artifactRoot: artifact_root }))
  }

  /** Names of the projects in which the caller is anything. */
  async function visible(principal: Principal): Promise<Set<string>> {
    if (principal.kind === 'system') return new Set()
    const only = principal.scope?.projectId
    const one = only === undefined ? undefined : await projectById(read, only)
    if (principal.kind === 'job') return new Set(one === undefined ? [] : [one.name])
    const present = await presentIn(read, principal.id)
    if (only === undefined) return present
    return new Set(one === undefined || !present.has(one.name) ? [] : [one.name])
  }

  return {
    list,
    visible,
    async create(principal: Principal, project: { name: string; description: string }): Promise<void> {
      await store.transact(principal, (tx) => createProject(tx, project))
      changed()
    },
    async describe(principal: Principal, name: string, description: string): Promise<void> {
      await store.transact(principal, async (tx) => {
        const { id } = await existing(tx, name)
        await tx.db.updateTable('projects').set({ description }).where('id', '=', id).execute()
        await record(tx, 'project.update', id, { name, description })
      })
    },
    /**
     * Deletes a project: nobody sees it any more, and its name is free. Answers what is in the way: something that
     * serves or runs, or anything at all unless it is to go, too.
     */
    async remove(
      principal: Principal,
      name: string,
      { withContents }: { withContents: boolean },
    ): Promise<{ table: string; count: number } | undefined> {
      const rest = await store.transact(principal, async (tx) => {
        const { id } = await existing(tx, name)
        for (const table of withContents ? active : [...active, ...contents]) {
          const count = await countOf(tx, table, id)
          if (count > 0) {
            await record(tx, 'project.delete_refused', id, { name, table, count })
            return { table, count }
          }
        }
        await tx.db
          .updateTable('projects')
          .set({ name: `${name}~${id}`, deleted_at: tx.now })
          .where('id', '=', id)
          .execute()
        await tx.db.deleteFrom('members').where('project_id', '=', id).execute()
        await tx.db.deleteFrom('grant_roles').where('project', '=', name).execute()
        await record(tx, 'project.delete', id, { name })
        return undefined
      })
      changed()
      return rest
    },
  }
}

export type Workspaces = ReturnType<typeof createWorkspaces>

async function existing(tx: Tx, name: string) {
  const project = await projectByName(tx.db, name)
  if (project !== undefined) return project
  throw new SlipwayError('not_found', `There is no project \`${name}\`.`)
}

async function countOf(
  tx: Tx,
  table: (typeof active)[number] | (typeof contents)[number],
  projectId: string,
): Promise<number> {
  const { count } = await tx.db
    .selectFrom(table)
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .$if(table === 'deployments', (query) => query.where('deleted_at' as never, 'is', null as never))
    .executeTakeFirstOrThrow()
  return Number(count)
}

async function record(tx: Tx, action: string, id: string, details: Record<string, unknown>): Promise<void> {
  await tx.audit({ action, projectId: id, subjectType: 'project', subjectId: id, details })
  tx.hint(null, `project:${id}`)
}
