import type { Kysely, Transaction } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Tx } from '../../store/store.ts'
import type { DB } from '../../store/tables.ts'

export { checkGates, evaluateGates, type Scores } from './gate.ts'

export interface Approvals {
  /** Distinct people who approved these bytes. */
  readonly approved: number
  readonly refused: boolean
}

/** Approvals count only for the bytes that were approved. */
export async function approvalsOf(
  db: Kysely<DB> | Transaction<DB>,
  version: { modelVersionId: string; digest: string },
): Promise<Approvals> {
  const rows = await db
    .selectFrom('approvals')
    .select('decision')
    .where('model_version_id', '=', version.modelVersionId)
    .where('digest', '=', version.digest)
    .execute()
  return {
    approved: rows.filter((row) => row.decision === 'approve').length,
    refused: rows.some((row) => row.decision === 'refuse'),
  }
}

/** Records one person's decision. Fails with `forbidden` for the one who asked for the version (four eyes). */
export async function decide(
  tx: Tx,
  approval: {
    projectId: string
    modelVersionId: string
    digest: string
    requestedBy: string
    decision: 'approve' | 'refuse'
    comment?: string
  },
): Promise<void> {
  const { principal } = tx
  if (principal.kind !== 'user')
    throw new SlipwayError('forbidden', 'Only a person can approve or refuse a version.')
  if (principal.id === approval.requestedBy) {
    throw new SlipwayError(
      'forbidden',
      'Whoever applied the line cannot approve its versions: ask another reviewer.',
    )
  }
  const row = {
    digest: approval.digest,
    role: 'reviewer',
    decision: approval.decision,
    comment: approval.comment ?? null,
    decided_at: tx.now,
  }
  await tx.db
    .insertInto('approvals')
    .values({
      id: uuidv7(),
      project_id: approval.projectId,
      model_version_id: approval.modelVersionId,
      user_id: principal.id,
      user_name: principal.name,
      ...row,
    })
    .onConflict((conflict) => conflict.columns(['model_version_id', 'user_id']).doUpdateSet(row))
    .execute()
  await tx.audit({
    action: `model_version.${approval.decision}`,
    projectId: approval.projectId,
    subjectType: 'model_version',
    subjectId: approval.modelVersionId,
    details: {
      digest: approval.digest,
      ...(approval.comment === undefined ? {} : { comment: approval.comment }),
    },
  })
}
