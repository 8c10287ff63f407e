import type { Tx } from '../../store/store.ts'
import { lockModel, lockVersion, record } from './lock.ts'
import { checkAlias, isPrompt } from './model.ts'

export async function setAlias(
  tx: Tx,
  alias: { projectId: string; model: string; alias: string; version: number },
): Promise<void> {
  checkAlias(alias.alias)
  const found = await lockVersion(tx, alias.projectId, alias.model, alias.version)
  await tx.db
    .insertInto('model_aliases')
    .values({ model_id: found.modelId, alias: alias.alias, model_version_id: found.id })
    .onConflict((conflict) =>
      conflict.columns(['model_id', 'alias']).doUpdateSet({ model_version_id: found.id }),
    )
    .execute()
  await record(tx, alias.projectId, 'model_alias.set', `${alias.model}@${alias.alias}`, {
    version: alias.version,
  })
  await tx.emit({
    type: 'model_alias.set',
    projectId: alias.projectId,
    subject: found.id,
    data: { model: alias.model, alias: alias.alias, version: alias.version, prompt: found.ofPrompt },
  })
}

/** An alias that is not there is as good as removed. */
export async function removeAlias(tx: Tx, projectId: string, name: string, alias: string): Promise<void> {
  const model = await lockModel(tx, projectId, name)
  const removed = await tx.db
    .deleteFrom('model_aliases')
    .where('model_id', '=', model.id)
    .where('alias', '=', alias)
    .executeTakeFirst()
  await record(tx, projectId, 'model_alias.delete', `${name}@${alias}`, {})
  if (removed.numDeletedRows === 0n) return
  const data = { model: name, alias, prompt: isPrompt(model.tags) }
  await tx.emit({ type: 'model_alias.deleted', projectId, subject: model.id, data })
}
