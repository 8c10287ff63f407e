import type { Attempt, RetentionName } from '../../base/area.ts'
import type { Log } from '../../base/log.ts'
import type { Principal } from '../../base/principal.ts'
import type { Retention } from '../../contract/keeping.ts'
import type { Store } from '../../store/store.ts'

/** What a project keeps that has set no rules: deleted things for a month, all else for ever. */
const standard: Retention = { deleted_days: 30, artifacts_days: null, traces_days: null }
const day = 24 * 3600_000

/** Removes some of what a rule no longer keeps; returns how much, 0 when nothing is left. */
export type Retain = (
  rule: { projectId: string; name: RetentionName; before: Date },
  attempt: Attempt,
) => Promise<number>

export async function retentionOf(store: Store, projectId: string): Promise<Retention> {
  const row = await store.read
    .selectFrom('retention_rules')
    .selectAll()
    .where('project_id', '=', projectId)
    .executeTakeFirst()
  if (row === undefined) return standard
  const { deleted_days, artifacts_days, traces_days } = row
  return { deleted_days, artifacts_days, traces_days }
}

export async function setRetention(
  store: Store,
  principal: Principal,
  projectId: string,
  rules: Retention,
): Promise<void> {
  await store.transact(principal, async (tx) => {
    const set = { ...rules, changed_by: principal.name, changed_at: tx.now }
    await tx.db
      .insertInto('retention_rules')
      .values({ project_id: projectId, ...set })
      .onConflict((conflict) => conflict.column('project_id').doUpdateSet(set))
      .execute()
    await tx.audit({
      action: 'retention.set',
      projectId,
      subjectType: 'project',
      subjectId: projectId,
      details: { ...rules },
    })
  })
}

/** Applies the rules of every project, a little at a time, until nothing is left to remove. */
export async function applyRetention(
  deps: { store: Store; log: Log; retain: () => readonly Retain[] },
  attempt: Attempt,
  now = new Date(),
): Promise<void> {
  const projects = await deps.store.read.selectFrom('projects').select('id').execute()
  for (const { id: projectId } of projects) {
    const rules = await retentionOf(deps.store, projectId)
    const days = { deleted: rules.deleted_days, artifacts: rules.artifacts_days, traces: rules.traces_days }
    for (const name of ['deleted', 'artifacts', 'traces'] as const) {
      const kept = days[name]
      if (kept === null) continue
      const before = new Date(now.getTime() - kept * day)
      for (const retain of deps.retain())
        await exhaust(deps.log, retain, { projectId, name, before }, attempt)
    }
  }
}

async function exhaust(
  log: Log,
  retain: Retain,
  rule: { projectId: string; name: RetentionName; before: Date },
  attempt: Attempt,
): Promise<void> {
  let removed = 0
  for (;;) {
    attempt.signal.throwIfAborted()
    const some = await retain(rule, attempt)
    if (some === 0) break
    removed += some
  }
  if (removed > 0) log.info('retention.applied', { project_id: rule.projectId, rule: rule.name, removed })
}
