import { sql } from 'kysely'
import { SlipwayError } from '../../../base/error.ts'
import type { Tx } from '../../../store/store.ts'
import { checkKey, limits, storedText } from '../key.ts'
import { nameTag, runNotActive, runNotFound } from '../run.ts'
import { deleteRun, restoreRun, setTags } from '../run-writer.ts'

export interface RunsChange {
  readonly deleted?: boolean
  readonly tags?: Readonly<Record<string, string | null>>
}

/** The same change of several runs, which come sorted so that two such changes can't deadlock. */
export async function changeRuns(
  tx: Tx,
  projectId: string,
  runs: readonly string[],
  change: RunsChange,
): Promise<void> {
  if (change.tags === undefined && change.deleted === undefined) {
    throw new SlipwayError('invalid_argument', 'body: neither deleted nor tags is given.')
  }
  if (change.tags !== undefined) await tagRuns(tx, projectId, runs, change.tags)
  for (const id of runs) {
    if (change.deleted === true) await deleteRun(tx, projectId, id)
    if (change.deleted === false) await restoreRun(tx, projectId, id)
  }
}

async function tagRuns(
  tx: Tx,
  projectId: string,
  runs: readonly string[],
  tags: Readonly<Record<string, string | null>>,
): Promise<void> {
  for (const key of Object.keys(tags)) {
    checkKey(key, 'tags', 'tags')
    if (key === nameTag) throw new SlipwayError('invalid_argument', `${key}: rename runs one by one.`)
  }
  await lockActive(tx, projectId, runs)
  const entries = Object.entries(tags)
  const set = entries.flatMap(([key, value]) =>
    value === null ? [] : [{ key, value: storedText(value, limits.tag, key) }],
  )
  const dropped = entries.flatMap(([key, value]) => (value === null ? [key] : []))
  await sql`delete from run_tags where run_id = any(${runs}::uuid[]) and key = any(${dropped}::text[])`.execute(
    tx.db,
  )
  for (const id of runs) {
    await setTags(tx, id, set)
    await tx.audit({ action: 'run.tag', projectId, subjectType: 'run', subjectId: id, details: { tags } })
    tx.hint(projectId, `runs:${id}`)
  }
}

async function lockActive(tx: Tx, projectId: string, runs: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string; deleted: boolean }>`
    select replace(id::text, '-', '') as id, deleted_ms is not null as deleted from runs
    where id = any(${runs}::uuid[]) and project_id = ${projectId} order by id for no key update`.execute(
    tx.db,
  )
  const found = new Map(rows.map((row) => [row.id, row.deleted]))
  for (const id of runs) {
    if (!found.has(id)) throw runNotFound(id)
    if (found.get(id) === true) throw runNotActive(id)
  }
}
