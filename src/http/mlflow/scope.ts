import type { LoggedModel, Run } from '../../areas/tracking/index.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Call } from './rpc.ts'

const parentTag = 'mlflow.parentRunId'

/** The only run that this caller may write to, with what hangs on it; undefined for who may write to all. */
export function scopedRun(call: Pick<Call, 'principal'>): string | undefined {
  const { principal } = call
  return principal.kind === 'system' ? undefined : principal.scope?.runId
}

/** Refuses a caller with the token of one run what is not about this run or a child of it. */
export async function checkRun(
  call: Pick<Call, 'principal' | 'project' | 'tracking'>,
  runId: string,
): Promise<void> {
  const own = scopedRun(call)
  if (own === undefined || own === runId) return
  const run = await call.tracking.findRun(call.project.id, runId)
  if (run !== undefined && parentOf(run) === own) return
  throw outside()
}

/** A new run must be a child of the caller's own. */
export function checkNewRun(
  call: Pick<Call, 'principal'>,
  tags: readonly { key: string; value: string }[],
): void {
  const own = scopedRun(call)
  if (own === undefined) return
  if (tags.find((tag) => tag.key === parentTag)?.value !== own) throw outside()
}

export async function checkLoggedModel(
  call: Pick<Call, 'principal' | 'project' | 'tracking'>,
  model: Pick<LoggedModel, 'sourceRunId'>,
): Promise<void> {
  if (scopedRun(call) === undefined) return
  if (model.sourceRunId === null) throw outside()
  await checkRun(call, model.sourceRunId)
}

/** Refuses what is about no run at all. */
export function checkUnscoped(call: Pick<Call, 'principal'>): void {
  if (scopedRun(call) !== undefined) throw outside()
}

function parentOf(run: Run): string | undefined {
  return run.tags.find((tag) => tag.key === parentTag)?.value
}

function outside(): SlipwayError {
  return new SlipwayError('forbidden', 'Permission denied: this token may only write to its own run.')
}
