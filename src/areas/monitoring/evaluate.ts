import type { Attempt, Next } from '../../base/area.ts'
import { messageOf, SlipwayError } from '../../base/error.ts'
import type { MonitoringDeps } from './deps.ts'
import { evaluateDrift } from './drift/evaluate.ts'
import type { MonitorRow } from './monitor.ts'
import { evaluatePerformance } from './performance/evaluate.ts'
import { readMonitor } from './reader.ts'

/** What events have not woken is looked at after so long. */
const resyncMs = 60_000
const soonestMs = 1000

/** Brings the monitor of a deployment up to date with its prediction log and labels. Safe to run twice, or to be killed. */
export async function evaluateMonitor(
  deps: MonitoringDeps,
  deploymentId: string,
  attempt: Attempt,
): Promise<Next> {
  const monitor = await readMonitor(deps.store.read, { deploymentId })
  if (monitor === undefined || (monitor.drift === null && monitor.performance === null)) return undefined
  const outcomes = [
    await guarded(
      deps,
      monitor,
      attempt,
      async () => monitor.drift && evaluateDrift(deps, monitor, monitor.drift, attempt),
    ),
    await guarded(
      deps,
      monitor,
      attempt,
      async () => monitor.performance && evaluatePerformance(deps, monitor, monitor.performance, attempt),
    ),
  ]
  const failures = outcomes.flatMap(({ failure }) => failure ?? [])
  await recordError(deps, monitor, failures.length > 0 ? failures.join(' ') : null, attempt)
  return { again: nextTime(outcomes.flatMap(({ at }) => at ?? [])) }
}

interface Outcome {
  /** When the next change is due, where known. */
  readonly at?: Date | undefined | null
  readonly failure?: string
}

/** One kind that fails does not keep the other from being evaluated. */
async function guarded(
  deps: MonitoringDeps,
  monitor: MonitorRow,
  attempt: Attempt,
  evaluate: () => Promise<Date | undefined | null>,
): Promise<Outcome> {
  try {
    return { at: await evaluate() }
  } catch (error) {
    if (attempt.signal.aborted) throw error
    // Reconfigured meanwhile, or the lease was lost: whoever has it now goes on.
    if (error instanceof SlipwayError && error.code === 'conflict') return { at: new Date() }
    deps.log.error('monitor.failed', { monitor: monitor.id, error })
    return { failure: messageOf(error) }
  }
}

function nextTime(times: readonly Date[]): Date {
  const now = Date.now()
  const due = Math.min(now + resyncMs, ...times.map((time) => time.getTime()))
  return new Date(Math.max(due, now + soonestMs))
}

async function recordError(
  { store }: MonitoringDeps,
  monitor: MonitorRow,
  error: string | null,
  attempt: Attempt,
): Promise<void> {
  if (monitor.error === error) return
  await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    await tx.db.updateTable('monitors').set({ error }).where('id', '=', monitor.id).execute()
    tx.hint(monitor.projectId, `monitors:${monitor.id}`)
  })
}
