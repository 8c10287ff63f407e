import { isDeepStrictEqual } from 'node:util'
import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Tx } from '../../store/store.ts'

type Risk = 'minimal' | 'limited' | 'high'

export interface NewDeployment {
  readonly projectId: string
  readonly name: string
  readonly lineId?: string
  readonly risk?: Risk
  readonly replicas?: { readonly min: number; readonly max: number }
}

export interface NewRevision {
  readonly modelVersionId: string
  /** Of the model.onnx file. */
  readonly digest: string
  readonly signature: unknown
}

/** A deployment under this transaction's lock: everything that changes it takes this lock first. */
export interface LockedDeployment {
  readonly id: string
  readonly projectId: string
  readonly name: string
  readonly lineId: string | null
  readonly lastRevision: number
}

/** The deployment of that name, made when it is absent. A line's deployment belongs to that line only. */
export async function ensureDeployment(tx: Tx, wanted: NewDeployment): Promise<string> {
  const existing = await tx.db
    .selectFrom('deployments')
    .select(['id', 'line_id', 'risk', 'min_replicas', 'max_replicas'])
    .where('project_id', '=', wanted.projectId)
    .where('name', '=', wanted.name)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!existing) return createDeployment(tx, wanted)
  if (wanted.lineId !== undefined && existing.line_id !== null && existing.line_id !== wanted.lineId) {
    throw new SlipwayError('already_exists', `The deployment "${wanted.name}" belongs to another line.`)
  }
  const after = {
    line_id: wanted.lineId ?? existing.line_id,
    risk: wanted.risk ?? existing.risk,
    min_replicas: wanted.replicas?.min ?? existing.min_replicas,
    max_replicas: wanted.replicas?.max ?? existing.max_replicas,
  }
  if (isDeepStrictEqual({ id: existing.id, ...after }, { ...existing })) return existing.id
  await tx.db.updateTable('deployments').set(after).where('id', '=', existing.id).execute()
  await bumpSnapshot(tx)
  await audit(tx, 'deployment.change', wanted.projectId, existing.id, after)
  return existing.id
}

/** Fails with `already_exists` when the name is taken. */
export async function createDeployment(tx: Tx, wanted: NewDeployment): Promise<string> {
  const id = uuidv7()
  const created = await tx.db
    .insertInto('deployments')
    .values({
      id,
      project_id: wanted.projectId,
      name: wanted.name,
      line_id: wanted.lineId ?? null,
      risk: wanted.risk ?? 'limited',
      min_replicas: wanted.replicas?.min ?? 1,
      max_replicas: wanted.replicas?.max ?? 1,
    })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'name']).where('deleted_at', 'is', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  if (!created) throw new SlipwayError('already_exists', `There is a deployment "${wanted.name}" already.`)
  await audit(tx, 'deployment.create', wanted.projectId, id, {
    name: wanted.name,
    risk: wanted.risk ?? 'limited',
  })
  await tx.emit({
    type: 'deployment.created',
    projectId: wanted.projectId,
    subject: id,
    data: { name: wanted.name, line_id: wanted.lineId ?? null },
  })
  tx.hint(wanted.projectId, `deployments:${id}`)
  await bumpSnapshot(tx)
  return id
}

/** Waits for others that change this deployment. Fails with `not_found` when it was deleted. */
export async function lockDeployment(tx: Tx, id: string): Promise<LockedDeployment> {
  const row = await tx.db
    .selectFrom('deployments')
    .select(['id', 'project_id', 'name', 'line_id', 'last_revision'])
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!row) throw new SlipwayError('not_found', 'There is no such deployment.')
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    lineId: row.line_id,
    lastRevision: row.last_revision,
  }
}

/** Adds a revision without traffic, to be loaded by the model servers. Returns its number. */
export async function addRevision(
  tx: Tx,
  deployment: LockedDeployment,
  revision: NewRevision,
): Promise<number> {
  const number = deployment.lastRevision + 1
  await tx.db
    .updateTable('deployments')
    .set({ last_revision: number })
    .where('id', '=', deployment.id)
    .execute()
  await tx.db
    .insertInto('revisions')
    .values({
      deployment_id: deployment.id,
      number,
      project_id: deployment.projectId,
      model_version_id: revision.modelVersionId,
      digest: revision.digest,
      signature: JSON.stringify(revision.signature),
    })
    .execute()
  return number
}

/** Gives each revision its share of traffic; those not named get none. Returns the snapshot version that says so. */
export async function setWeights(tx: Tx, deployment: LockedDeployment, weights: ReadonlyMap<number, number>) {
  const rows = await tx.db
    .selectFrom('revisions')
    .select(['number', 'weight'])
    .where('deployment_id', '=', deployment.id)
    .execute()
  for (const { number, weight } of rows) {
    const wanted = weights.get(number) ?? 0
    if (wanted === weight) continue
    await tx.db
      .updateTable('revisions')
      .set({ weight: wanted })
      .where('deployment_id', '=', deployment.id)
      .where('number', '=', number)
      .execute()
  }
  tx.hint(deployment.projectId, `deployments:${deployment.id}`)
  return bumpSnapshot(tx)
}

/** What the model servers must know has changed. Locks the counter until the commit: call it last. */
export async function bumpSnapshot(tx: Tx): Promise<number> {
  const { version } = await tx.db
    .updateTable('serving_snapshot')
    .set((value) => ({ version: value('version', '+', 1) }))
    .returning('version')
    .executeTakeFirstOrThrow()
  tx.hint(null, `serving-snapshot:${version}`)
  return version
}

export async function deleteDeployment(tx: Tx, deployment: LockedDeployment): Promise<void> {
  await tx.db.updateTable('deployments').set({ deleted_at: tx.now }).where('id', '=', deployment.id).execute()
  await bumpSnapshot(tx)
  await audit(tx, 'deployment.delete', deployment.projectId, deployment.id, { name: deployment.name })
  await tx.emit({
    type: 'deployment.deleted',
    projectId: deployment.projectId,
    subject: deployment.id,
    data: { name: deployment.name, line_id: deployment.lineId },
  })
  tx.hint(deployment.projectId, `deployments:${deployment.id}`)
}

export function audit(
  tx: Tx,
  action: string,
  projectId: string,
  id: string,
  details: Record<string, unknown>,
) {
  return tx.audit({ action, projectId, subjectType: 'deployment', subjectId: id, details })
}

/** The name in inference URLs: the default project's deployments go by their own name. */
export function inferenceName(project: string, deployment: string): string {
  return project === 'default' ? deployment : `${project}.${deployment}`
}
