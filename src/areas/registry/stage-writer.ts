import { SlipwayError } from '../../base/error.ts'
import type { Stage } from '../../contract/models.ts'
import type { Tx } from '../../store/store.ts'
import { recordMove } from './history.ts'
import { lockVersion, record } from './lock.ts'
import { activeStages } from './model.ts'

/** Moves a version to a stage; with `archiveOthers`, what was there goes to Archived. */
export async function moveToStage(
  tx: Tx,
  projectId: string,
  name: string,
  version: number,
  move: { stage: Stage; archiveOthers: boolean },
): Promise<void> {
  if (move.archiveOthers && !activeStages.includes(move.stage)) {
    throw new SlipwayError(
      'invalid_argument',
      'Model version transition cannot archive existing model versions because ' +
        `'${move.stage}' is not an Active stage. Valid stages are ${JSON.stringify(activeStages).replaceAll('"', "'")}`,
    )
  }
  const found = await lockVersion(tx, projectId, name, version)
  const model = { id: found.modelId, projectId }
  const updated_ms = tx.now.getTime()
  if (move.archiveOthers) {
    const archived = await tx.db
      .updateTable('model_versions')
      .set({ stage: 'Archived', updated_ms })
      .where('model_id', '=', found.modelId)
      .where('stage', '=', move.stage)
      .where('id', '<>', found.id)
      .returning('version')
      .execute()
    for (const other of archived) {
      const name = String(other.version)
      await recordMove(tx, model, { kind: 'stage', name, before: move.stage, after: 'Archived' })
    }
  }
  await tx.db
    .updateTable('model_versions')
    .set({ stage: move.stage, updated_ms })
    .where('id', '=', found.id)
    .execute()
  await recordMove(tx, model, {
    kind: 'stage',
    name: String(version),
    before: found.stage,
    after: move.stage,
  })
  await tx.db.updateTable('registered_models').set({ updated_ms }).where('id', '=', found.modelId).execute()
  await record(tx, projectId, 'model_version.stage', `${name}/${version}`, { stage: move.stage })
}
