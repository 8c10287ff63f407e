import { sql } from 'kysely'
import type { Attempt, RetentionName } from '../../base/area.ts'
import { system } from '../../base/principal.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Artifacts } from '../artifacts/index.ts'

const principal = system('retention')
const atOnce = 100

interface Rule {
  readonly projectId: string
  readonly name: RetentionName
  readonly before: Date
}

interface Deps {
  readonly store: Store
  readonly artifacts: Artifacts
}

/** Nothing of what a hold keeps: of the run itself, or of its experiment. */
const notHeld = sql<boolean>`not exists (select from holds h where h.released_at is null and (
  (h.subject_type = 'run' and h.subject_id = replace(r.id::text, '-', ''))
  or (h.subject_type = 'experiment' and h.subject_id = r.experiment_id::text)))`

/** Removes for good, some at a time, what was deleted before a time, or the files of runs that ended before it. */
export async function purge(deps: Deps, rule: Rule, attempt: Attempt): Promise<number> {
  if (rule.name === 'artifacts') return await purgeFiles(deps, rule, attempt)
  if (rule.name !== 'deleted') return 0
  const runs = await purgeRuns(deps, rule, attempt)
  const models = await purgeLoggedModels(deps, rule, attempt)
  return runs + models + (await purgeExperiments(deps, rule, attempt))
}

async function purgeRuns({ store, artifacts }: Deps, rule: Rule, attempt: Attempt): Promise<number> {
  return await purging(
    store,
    attempt,
    async (tx) => {
      const { rows } = await sql<{ id: string; artifact_uri: string }>`select r.id, r.artifact_uri from runs r
      where r.project_id = ${rule.projectId} and r.deleted_ms < ${rule.before.getTime()} and ${notHeld}
      order by r.deleted_ms limit ${atOnce} for update skip locked`.execute(tx.db)
      for (const run of rows) await removeFiles(artifacts, tx, rule.projectId, run.artifact_uri)
      const ids = rows.map((run) => run.id)
      if (ids.length > 0) await tx.db.deleteFrom('runs').where('id', 'in', ids).execute()
      return { subjectType: 'run', ids: ids.map((id) => id.replaceAll('-', '')) }
    },
    rule,
  )
}

async function purgeLoggedModels({ store, artifacts }: Deps, rule: Rule, attempt: Attempt): Promise<number> {
  return await purging(
    store,
    attempt,
    async (tx) => {
      const { rows } = await sql<{
        id: string
        artifact_uri: string
      }>`select m.id, m.artifact_uri from logged_models m
      where m.project_id = ${rule.projectId} and m.deleted and m.updated_ms < ${rule.before.getTime()}
        and not exists (select from holds h where h.released_at is null
          and h.subject_type = 'experiment' and h.subject_id = m.experiment_id::text)
        and not exists (select from runs r where r.id = m.source_run_id and not (${notHeld}))
      order by m.updated_ms limit ${atOnce} for update skip locked`.execute(tx.db)
      for (const model of rows) await removeFiles(artifacts, tx, rule.projectId, model.artifact_uri)
      const ids = rows.map((model) => model.id)
      if (ids.length > 0) await tx.db.deleteFrom('logged_models').where('id', 'in', ids).execute()
      return { subjectType: 'logged_model', ids }
    },
    rule,
  )
}

/** An experiment goes after all that was in it. */
async function purgeExperiments({ store }: Deps, rule: Rule, attempt: Attempt): Promise<number> {
  return await purging(
    store,
    attempt,
    async (tx) => {
      const { rows } = await sql<{ id: number }>`select e.id from experiments e
      where e.project_id = ${rule.projectId} and e.deleted and e.updated_ms < ${rule.before.getTime()}
        and not exists (select from runs r where r.experiment_id = e.id)
        and not exists (select from logged_models m where m.experiment_id = e.id)
        and not exists (select from traces t where t.experiment_id = e.id)
        and not exists (select from holds h where h.released_at is null
          and h.subject_type = 'experiment' and h.subject_id = e.id::text)
      order by e.id limit ${atOnce} for update skip locked`.execute(tx.db)
      const ids = rows.map((experiment) => experiment.id)
      if (ids.length > 0) await tx.db.deleteFrom('experiments').where('id', 'in', ids).execute()
      return { subjectType: 'experiment', ids: ids.map(String) }
    },
    rule,
  )
}

async function purgeFiles({ store, artifacts }: Deps, rule: Rule, attempt: Attempt): Promise<number> {
  return await purging(
    store,
    attempt,
    async (tx) => {
      const { rows } = await sql<{ id: string; artifact_uri: string }>`select r.id, r.artifact_uri from runs r
      where r.project_id = ${rule.projectId} and r.end_ms < ${rule.before.getTime()} and ${notHeld}
        and r.artifact_uri like 'mlflow-artifacts:/%' and exists (select from artifact_files f
          where f.project_id = r.project_id and f.path >= substr(r.artifact_uri, 19) || '/'
            and f.path < substr(r.artifact_uri, 19) || '0')
      order by r.end_ms limit ${atOnce} for update skip locked`.execute(tx.db)
      for (const run of rows) await removeFiles(artifacts, tx, rule.projectId, run.artifact_uri)
      return { subjectType: 'run', ids: rows.map((run) => run.id.replaceAll('-', '')) }
    },
    rule,
  )
}

async function removeFiles(artifacts: Artifacts, tx: Tx, projectId: string, uri: string): Promise<void> {
  const path = artifacts.pathOf(uri)
  if (path !== undefined) await artifacts.removeWithin(tx, projectId, path)
}

async function purging(
  store: Store,
  attempt: Attempt,
  change: (tx: Tx) => Promise<{ subjectType: string; ids: readonly string[] }>,
  rule: Rule,
): Promise<number> {
  return await store.housekeep(async (base) => {
    const tx = { ...base, principal }
    await tx.fence(attempt)
    const { subjectType, ids } = await change(tx)
    if (ids.length === 0) return 0
    await tx.audit({
      action: `retention.${rule.name}`,
      projectId: rule.projectId,
      subjectType,
      subjectId: ids[0] ?? '',
      details: { removed: ids },
    })
    return ids.length
  })
}
