import { SlipwayError } from '../../base/error.ts'
import type { Role } from '../../base/principal.ts'
import { hashSecret, newToken, type TokenText } from '../../base/token.ts'
import type { Tx } from '../../store/store.ts'

/** Makes a token of a person. Its text is returned once and kept nowhere. */
export async function issueToken(
  tx: Tx,
  token: {
    userId: string
    name: string
    projectId?: string | undefined
    role?: Role | undefined
    expiresAt: Date
  },
): Promise<TokenText> {
  const made = newToken()
  await tx.db
    .insertInto('tokens')
    .values({
      id: made.id,
      hash: hashSecret(made.text),
      name: token.name,
      user_id: token.userId,
      project_id: token.projectId ?? null,
      role: token.role ?? null,
      expires_at: token.expiresAt,
    })
    .execute()
  await tx.audit({
    action: 'token.create',
    projectId: token.projectId ?? null,
    subjectType: 'token',
    subjectId: made.id,
    details: {
      name: token.name,
      user_id: token.userId,
      role: token.role ?? null,
      expires_at: token.expiresAt,
    },
  })
  await tx.emit({ type: 'token.created', projectId: token.projectId ?? null, subject: made.id })
  tx.hint(token.projectId ?? null, `token:${made.id}`)
  return made
}

/** Makes the token that a job is given: good for one run of one project, and for as long as the job may take. */
export async function issueJobToken(
  tx: Tx,
  token: { projectId: string; runId: string; jobId: string; expiresAt: Date },
): Promise<string> {
  const made = newToken()
  await tx.db
    .insertInto('tokens')
    .values({
      id: made.id,
      hash: hashSecret(made.text),
      name: `job ${token.jobId}`,
      job_id: token.jobId,
      run_id: token.runId,
      project_id: token.projectId,
      role: 'contributor',
      expires_at: token.expiresAt,
    })
    .execute()
  await tx.audit({
    action: 'token.create',
    projectId: token.projectId,
    subjectType: 'token',
    subjectId: made.id,
    details: { job_id: token.jobId, run_id: token.runId, expires_at: token.expiresAt },
  })
  return made.text
}

/** Revokes the tokens of a job, when it has ended. */
export async function revokeJobTokens(tx: Tx, jobId: string): Promise<void> {
  await tx.db.deleteFrom('tokens').where('job_id', '=', jobId).execute()
}

export async function revokeToken(tx: Tx, token: { id: string; projectId: string | null }): Promise<void> {
  const revoked = await tx.db
    .updateTable('tokens')
    .set({ revoked_at: tx.now })
    .where('id', '=', token.id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (revoked.numUpdatedRows === 0n)
    throw new SlipwayError('wrong_state', 'The token has been revoked already.')
  await tx.audit({
    action: 'token.revoke',
    projectId: token.projectId,
    subjectType: 'token',
    subjectId: token.id,
  })
  await tx.emit({ type: 'token.revoked', projectId: token.projectId, subject: token.id })
  tx.hint(token.projectId, `token:${token.id}`)
}
