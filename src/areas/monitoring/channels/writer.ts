import { SlipwayError } from '../../../base/error.ts'
import { uuidv7 } from '../../../base/id.ts'
import type { Tx } from '../../../store/store.ts'
import type { MonitoringDeps } from '../deps.ts'
import { type SealedChannel, sealChannel } from './seal.ts'

/** Fails with `already_exists` when the project has a channel of the name. */
export async function createChannel(
  tx: Tx,
  secrets: MonitoringDeps['secrets'],
  channel: SealedChannel & { readonly projectId: string; readonly name: string },
): Promise<void> {
  const { projectId, name, url, secret } = channel
  const id = uuidv7()
  const created = await tx.db
    .insertInto('alert_channels')
    .values({
      id,
      project_id: projectId,
      name,
      kind: 'webhook',
      host: new URL(url).origin,
      sealed: sealChannel(secrets, id, { url, secret }),
      created_at: tx.now,
    })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'name']).where('deleted_at', 'is', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  if (created === undefined) throw new SlipwayError('already_exists', `There is a channel "${name}" already.`)
  await tx.audit({
    action: 'channel.create',
    projectId,
    subjectType: 'channel',
    subjectId: id,
    details: { name, host: new URL(url).origin },
  })
  tx.hint(projectId, 'channels')
}

/** Fails with `not_found`. */
export async function deleteChannel(tx: Tx, projectId: string, name: string): Promise<void> {
  const deleted = await tx.db
    .updateTable('alert_channels')
    .set({ deleted_at: tx.now })
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (deleted === undefined) throw new SlipwayError('not_found', `There is no channel "${name}".`)
  await tx.audit({
    action: 'channel.delete',
    projectId,
    subjectType: 'channel',
    subjectId: deleted.id,
    details: { name },
  })
  tx.hint(projectId, 'channels')
}
