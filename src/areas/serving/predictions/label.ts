import { SlipwayError } from '../../../base/error.ts'
import type { Tx } from '../../../store/store.ts'

/** What turned out to be true of one predicted row, named by the server's id of its prediction or the caller's. */
export interface Label {
  readonly predictionId?: string
  readonly requestId?: string
  /** The row in the request. Default 0. */
  readonly row?: number
  readonly value: string | number | boolean
  /** Default: now. */
  readonly observedAt?: Date
}

/** A clock may run ahead so much; a later time is the sender's mistake. */
const futureMs = 5 * 60_000

/**
 * Appends labels; a later one corrects an earlier one. Their sequence is given under the deployment's lock, so that a
 * reader who has seen one has seen all before it.
 */
export async function addLabels(tx: Tx, deploymentId: string, labels: readonly Label[]): Promise<void> {
  const deployment = await tx.db
    .updateTable('deployments')
    .set((value) => ({ last_label: value('last_label', '+', labels.length) }))
    .where('id', '=', deploymentId)
    .where('deleted_at', 'is', null)
    .returning(['last_label', 'project_id', 'line_id'])
    .executeTakeFirst()
  if (!deployment) throw new SlipwayError('not_found', 'There is no such deployment.')
  const first = deployment.last_label - labels.length + 1
  const rows = labels.map((label, index) => ({
    deployment_id: deploymentId,
    sequence: first + index,
    project_id: deployment.project_id,
    ...keyOf(label, index),
    row: label.row ?? 0,
    value: JSON.stringify(label.value),
    observed_at: observedAt(label, index, tx.now),
    received_at: tx.now,
  }))
  // A statement takes 65,535 values at most.
  for (let start = 0; start < rows.length; start += 5000) {
    await tx.db
      .insertInto('labels')
      .values(rows.slice(start, start + 5000))
      .execute()
  }
  await tx.emit({
    type: 'labels.received',
    projectId: deployment.project_id,
    subject: deploymentId,
    data: {
      deployment_id: deploymentId,
      line_id: deployment.line_id,
      count: labels.length,
      through: deployment.last_label,
    },
  })
  tx.hint(deployment.project_id, `labels:${deploymentId}`)
}

function keyOf(label: Label, index: number) {
  const { predictionId, requestId } = label
  if ((predictionId === undefined) === (requestId === undefined)) {
    throw new SlipwayError(
      'invalid_argument',
      `labels[${index}] must have prediction_id or request_id, and not both.`,
      {
        facts: { index },
      },
    )
  }
  return { prediction_id: predictionId ?? null, request_id: requestId ?? null }
}

function observedAt(label: Label, index: number, now: Date): Date {
  const time = label.observedAt ?? now
  if (time.getTime() > now.getTime() + futureMs) {
    throw new SlipwayError('invalid_argument', `labels[${index}].observed_at lies in the future.`, {
      facts: { index },
    })
  }
  return time
}
