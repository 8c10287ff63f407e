import type { Traffic } from '../traffic/traffic.ts'
import { type Condition, judge } from './condition.ts'

/** One step of the plan. Without `requests` and `for_ms` it is passed as soon as it is in effect. */
export interface Step {
  readonly percent: number
  /** Requests that the new revision answers at this step. */
  readonly requests?: number
  /** The least time at this step. */
  readonly for_ms?: number
}

/** A live model server, as far as a rollout is concerned. */
export interface Witness {
  readonly snapshotVersion: number
  readonly state: 'unseen' | 'loading' | 'ready' | 'failed'
  readonly error: string | null
}

/** All that a rollout's next move depends on. */
export interface Situation {
  readonly now: Date
  readonly revision: number
  readonly plan: readonly Step[]
  readonly conditions: readonly Condition[]
  readonly desired: 'run' | 'pause'
  readonly startedAt: Date
  /** Live model servers. */
  readonly servers: readonly Witness[]
  /** The step entered last; none while the revision is not ready. */
  readonly step: CurrentStep | undefined
}

export interface CurrentStep {
  readonly position: number
  readonly snapshotVersion: number
  readonly effectiveAt: Date | undefined
  /** Traffic since it took effect: of the new revision, and of all others together. */
  readonly traffic: { readonly revision: Traffic; readonly baseline: Traffic } | undefined
}

export interface Evidence {
  readonly revision: Traffic
  readonly baseline: Traffic
  readonly conditions: readonly { condition: string; observed: number | null; met: boolean }[]
  readonly durationMs: number
}

/** What to do next: one transaction each, except `wait`. */
export type Move =
  | { readonly do: 'wait'; readonly reason: string }
  /** Close the step before (if any) with its evidence, set the weights of this one. */
  | { readonly do: 'enter'; readonly position: number; readonly evidence: Evidence | undefined }
  /** The weights are in effect everywhere: measure from here. */
  | { readonly do: 'measure'; readonly position: number }
  | { readonly do: 'complete'; readonly evidence: Evidence }
  | { readonly do: 'abort'; readonly reason: string; readonly evidence: Evidence | undefined }

/** Conditions are judged before the end of a step only on so many requests: one error of three is no error rate. */
const judgedFrom = 20
/** A revision that the servers can't make ready in this time is given up. */
export const readyWithinMs = 15 * 60_000

/** The rule of a rollout. Pure: the same situation always gives the same move. */
export function nextMove(situation: Situation): Move {
  const { servers, step, revision } = situation
  const evidence = step && evidenceOf(situation, step)
  const failed = servers.find((server) => server.state === 'failed')
  if (failed) {
    const reason = `Revision ${revision} failed on a model server: ${failed.error ?? 'no reason given'}`
    return { do: 'abort', reason, evidence }
  }
  if (servers.length === 0) return { do: 'wait', reason: 'a live model server' }
  if (!step) return beforeFirstStep(situation)
  if (!step.effectiveAt || !evidence) return beforeEffect(step, servers)
  return atStep(situation, step, evidence)
}

function beforeFirstStep({ servers, now, startedAt, desired, revision }: Situation): Move {
  const unready = servers.filter((server) => server.state !== 'ready').length
  if (unready === 0) {
    if (desired === 'pause') return { do: 'wait', reason: 'being resumed' }
    return { do: 'enter', position: 0, evidence: undefined }
  }
  if (now.getTime() - startedAt.getTime() > readyWithinMs) {
    const reason = `Revision ${revision} was not ready within ${readyWithinMs / 60_000} minutes`
    return { do: 'abort', reason, evidence: undefined }
  }
  return {
    do: 'wait',
    reason: `revision ${revision} to be loaded by ${unready} of ${servers.length} model servers`,
  }
}

function beforeEffect(step: CurrentStep, servers: readonly Witness[]): Move {
  const behind = servers.filter((server) => server.snapshotVersion < step.snapshotVersion).length
  if (behind === 0) return { do: 'measure', position: step.position }
  return { do: 'wait', reason: `${behind} of ${servers.length} model servers to apply the new weights` }
}

function atStep(situation: Situation, step: CurrentStep, evidence: Evidence): Move {
  const plan = situation.plan[step.position] ?? { percent: 100 }
  const missing = Math.max(0, (plan.requests ?? 0) - evidence.revision.requests)
  const left = Math.max(0, (plan.for_ms ?? 0) - evidence.durationMs)
  const over = missing === 0 && left === 0
  const met = evidence.conditions.filter((condition) => condition.met)
  if (met.length > 0 && (over || evidence.revision.requests >= judgedFrom)) {
    return { do: 'abort', reason: met.map(inWords).join('; '), evidence }
  }
  if (missing > 0) return { do: 'wait', reason: `${missing} more requests at ${plan.percent} %` }
  if (left > 0) return { do: 'wait', reason: `${Math.ceil(left / 1000)} s more at ${plan.percent} %` }
  if (situation.desired === 'pause') return { do: 'wait', reason: 'being resumed' }
  const last = step.position + 1 >= situation.plan.length
  return last ? { do: 'complete', evidence } : { do: 'enter', position: step.position + 1, evidence }
}

export function evidenceOf(situation: Situation, step: CurrentStep): Evidence | undefined {
  const { traffic, effectiveAt } = step
  if (!traffic || !effectiveAt) return undefined
  return {
    ...traffic,
    conditions: situation.conditions.map((condition) => judge(condition, traffic.revision, traffic.baseline)),
    durationMs: Math.max(0, situation.now.getTime() - effectiveAt.getTime()),
  }
}

function inWords({ condition, observed }: { condition: string; observed: number | null }): string {
  if (observed === null) return condition
  const shown = condition.startsWith('error_rate')
    ? `${(observed * 100).toFixed(2)} %`
    : String(Math.round(observed * 100) / 100)
  return `${condition} (observed ${shown})`
}

/** Weights when the new revision has `percent`: the rest goes to the others in the proportions they had before. */
export function weightsAt(
  percent: number,
  revision: number,
  before: readonly { revision: number; weight: number }[],
): Map<number, number> {
  const others = before.filter((other) => other.revision !== revision && other.weight > 0)
  const total = others.reduce((sum, other) => sum + other.weight, 0)
  const share = total === 0 ? 100 : percent
  const weights = new Map<number, number>([[revision, share]])
  let left = 100 - share
  let totalLeft = total
  for (const other of others) {
    // Largest-remainder by running totals, so that the weights add up to 100 exactly.
    const weight = totalLeft === 0 ? 0 : Math.round((left * other.weight) / totalLeft)
    weights.set(other.revision, weight)
    left -= weight
    totalLeft -= other.weight
  }
  return weights
}
