import { uuidv7 } from '../../../base/id.ts'
import type { Tx } from '../../../store/store.ts'
import type { MinuteSummary } from './minute.ts'
import type { PartFile } from './partfile.ts'
import { mergeSummaries, type Summary } from './summary.ts'

/**
 * Records a converted part under the deployment's lock: its number becomes visible after all smaller ones, so that a
 * reader who has seen one has seen all before it.
 */
export async function recordPart(
  tx: Tx,
  deploymentId: string,
  segment: string,
  file: PartFile,
): Promise<void> {
  const deployment = await tx.db
    .updateTable('deployments')
    .set((value) => ({ last_part: value('last_part', '+', 1) }))
    .where('id', '=', deploymentId)
    .returning(['last_part', 'project_id', 'line_id'])
    .executeTakeFirstOrThrow()
  const sequence = deployment.last_part
  await tx.db
    .insertInto('prediction_parts')
    .values({
      id: uuidv7(),
      deployment_id: deploymentId,
      project_id: deployment.project_id,
      from_sequence: sequence,
      sequence,
      segment,
      digest: file.digest,
      size: file.size,
      rows: file.rows,
      first_time: file.firstTime,
      last_time: file.lastTime,
    })
    .execute()
  for (const minute of file.minutes) await addMinute(tx, deploymentId, minute)
  await tx.emit({
    type: 'predictions.converted',
    projectId: deployment.project_id,
    subject: deploymentId,
    data: { deployment_id: deploymentId, line_id: deployment.line_id, rows: file.rows, sequence },
  })
  tx.hint(deployment.project_id, `predictions:${deploymentId}`)
}

async function addMinute(tx: Tx, deploymentId: string, added: MinuteSummary): Promise<void> {
  const key = { deployment_id: deploymentId, number: added.revision, minute: added.minute }
  const known = await tx.db
    .selectFrom('prediction_minutes')
    .select(['rows', 'columns'])
    .where('deployment_id', '=', key.deployment_id)
    .where('number', '=', key.number)
    .where('minute', '=', key.minute)
    .executeTakeFirst()
  const columns = JSON.stringify(mergeSummaries((known?.columns ?? {}) as unknown as Summary, added.columns))
  const rows = (known?.rows ?? 0) + added.rows
  await tx.db
    .insertInto('prediction_minutes')
    .values({ ...key, rows, columns })
    .onConflict((conflict) =>
      conflict.columns(['deployment_id', 'minute', 'number']).doUpdateSet({ rows, columns }),
    )
    .execute()
}
