import { SlipwayError } from '../../base/error.ts'
import type { Tx } from '../../store/store.ts'
import { recordMove } from './history.ts'
import { lockModel, lockVersion, record } from './lock.ts'
import { aliasNotFound, checkAlias, isPrompt } from './model.ts'

export interface AliasTarget {
  readonly projectId: string
  readonly model: string
  readonly alias: string
  readonly version: number
}

export async function setAlias(tx: Tx, target: AliasTarget): Promise<void> {
  await point(tx, target, { rollback: false })
}

/**
 * Points an alias back: at the version that it pointed at before, or at an older one. Nothing is deployed by it.
 * Fails with `wrong_state` when there is nothing to go back to. Returns the version's number.
 */
export async function rollBackAlias(
  tx: Tx,
  target: Omit<AliasTarget, 'version'> & { version?: number | undefined },
): Promise<number> {
  const { projectId, model, alias } = target
  const { id } = await lockModel(tx, projectId, model)
  const now = await versionAt(tx, id, alias)
  if (now === undefined) throw aliasNotFound(alias)
  const version = target.version ?? (await versionBefore(tx, id, alias, now))
  if (version === undefined) {
    throw new SlipwayError('wrong_state', `\`${alias}\` has never pointed at another version than ${now}.`)
  }
  if (target.version !== undefined && version >= now) {
    const message = `\`${alias}\` points at version ${now}: a rollback goes to an older one, not to ${version}.`
    throw new SlipwayError('wrong_state', message)
  }
  await point(tx, { projectId, model, alias, version }, { rollback: true })
  return version
}

async function point(tx: Tx, target: AliasTarget, { rollback }: { rollback: boolean }): Promise<void> {
  const { projectId, model, alias, version } = target
  checkAlias(alias)
  const found = await lockVersion(tx, projectId, model, version)
  const before = await versionAt(tx, found.modelId, alias)
  await tx.db
    .insertInto('model_aliases')
    .values({ model_id: found.modelId, alias, model_version_id: found.id })
    .onConflict((conflict) =>
      conflict.columns(['model_id', 'alias']).doUpdateSet({ model_version_id: found.id }),
    )
    .execute()
  await recordMove(
    tx,
    { id: found.modelId, projectId },
    { kind: 'alias', name: alias, before: before?.toString() ?? null, after: String(version), rollback },
  )
  const action = rollback ? 'model_alias.rollback' : 'model_alias.set'
  await record(tx, projectId, action, `${model}@${alias}`, { version, before: before ?? null })
  await tx.emit({
    type: 'model_alias.set',
    projectId,
    subject: found.id,
    data: { model, alias, version, prompt: found.ofPrompt },
  })
}

/** An alias that is not there is as good as removed. */
export async function removeAlias(tx: Tx, projectId: string, name: string, alias: string): Promise<void> {
  checkAlias(alias)
  const model = await lockModel(tx, projectId, name)
  const before = await versionAt(tx, model.id, alias)
  await tx.db
    .deleteFrom('model_aliases')
    .where('model_id', '=', model.id)
    .where('alias', '=', alias)
    .execute()
  await record(tx, projectId, 'model_alias.delete', `${name}@${alias}`, {})
  if (before === undefined) return
  await recordMove(
    tx,
    { id: model.id, projectId },
    { kind: 'alias', name: alias, before: String(before), after: null },
  )
  const data = { model: name, alias, prompt: isPrompt(model.tags) }
  await tx.emit({ type: 'model_alias.deleted', projectId, subject: model.id, data })
}

async function versionAt(tx: Tx, modelId: string, alias: string): Promise<number | undefined> {
  const row = await tx.db
    .selectFrom('model_aliases as a')
    .innerJoin('model_versions as v', 'v.id', 'a.model_version_id')
    .select('v.version')
    .where('a.model_id', '=', modelId)
    .where('a.alias', '=', alias)
    .executeTakeFirst()
  return row?.version
}

/**
 * The version that an alias pointed at before the one of now. A rollback undoes the move that it follows, so that the
 * next one goes further back.
 */
async function versionBefore(tx: Tx, modelId: string, alias: string, now: number) {
  const rows = await tx.db
    .selectFrom('model_history as h')
    .innerJoin('model_versions as v', (join) =>
      join
        .onRef('v.model_id', '=', 'h.model_id')
        .on((e) => e(e.cast('v.version', 'text'), '=', e.ref('h.before'))),
    )
    .select('v.version')
    .where('h.model_id', '=', modelId)
    .where('h.kind', '=', 'alias')
    .where('h.name', '=', alias)
    .where('h.rollback', '=', false)
    .where('h.after', '=', String(now))
    .orderBy('h.id', 'desc')
    .limit(1)
    .execute()
  const before = rows[0]?.version
  return before === now ? undefined : before
}
