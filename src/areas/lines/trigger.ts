import type { LineSpec } from '../../contract/linespec.ts'
import { durationMs } from './quantity.ts'

export interface Trigger {
  readonly id: string
  /** drift, performance, schedule, manual */
  readonly kind: string
  readonly reason: string
}

/** All that decides whether a line starts a new cycle. */
export interface Facts {
  readonly spec: LineSpec
  readonly now: Date
  readonly hasChampion: boolean
  /** Rows of the newest version of the line's dataset; undefined when there is none. */
  readonly dataset: { readonly version: number; readonly rows: number } | undefined
  readonly generation: number
  readonly lastCycle:
    | {
        readonly generation: number
        readonly datasetVersion: number | null
        readonly rows: number | null
        readonly endedAt: Date
        readonly outcome: string
      }
    | undefined
  /** Raised and not yet used up, oldest first. */
  readonly triggers: readonly Trigger[]
  /** Kinds of the alerts that are open now. */
  readonly openAlerts: ReadonlySet<string>
  /** Labelled predictions that are not yet in the dataset. */
  readonly newLabels: number
}

export type Choice =
  | { readonly do: 'start'; readonly trigger: string; readonly reason: string }
  /** `once` names what is waited for, so that it is said once. */
  | { readonly do: 'wait'; readonly sentence: string; readonly once: string; readonly until?: Date }
  | { readonly do: 'nothing' }

const defaultMinLabels = 100

/** Whether to start a cycle now, wait for something, or leave well alone. */
export function choose(facts: Facts): Choice {
  const { spec, triggers, lastCycle } = facts
  if (facts.dataset === undefined) {
    const sentence = `Waiting for data: dataset '${spec.data.train.dataset}' has no version yet.`
    return { do: 'wait', sentence, once: `no-data:${facts.generation}` }
  }
  const manual = triggers.find((trigger) => trigger.kind === 'manual')
  if (manual) return { do: 'start', trigger: 'manual', reason: manual.reason }
  if (!facts.hasChampion && newSince(facts, lastCycle)) {
    return {
      do: 'start',
      trigger: 'first',
      reason: `Dataset '${spec.data.train.dataset}' has ${facts.dataset.rows} rows, and no version serves yet.`,
    }
  }
  if (lastCycle !== undefined && lastCycle.generation < facts.generation) {
    return { do: 'start', trigger: 'applied', reason: 'The line file or its code has changed.' }
  }
  if (!facts.hasChampion) return { do: 'nothing' }
  return fromTriggers(facts)
}

function newSince(facts: Facts, lastCycle: Facts['lastCycle']): boolean {
  if (lastCycle === undefined || lastCycle.generation < facts.generation) return true
  return lastCycle.datasetVersion !== null && (facts.dataset?.version ?? 0) > lastCycle.datasetVersion
}

function fromTriggers(facts: Facts): Choice {
  const wanted = new Set<string>(
    facts.spec.retrain?.when.flatMap((when) =>
      typeof when === 'string' ? [when] : 'cron' in when ? ['schedule'] : [],
    ),
  )
  const alert = ['performance', 'drift'].find(
    (kind) =>
      wanted.has(kind) &&
      (facts.openAlerts.has(kind) || facts.triggers.some((trigger) => trigger.kind === kind)),
  )
  const other =
    facts.triggers.find((trigger) => trigger.kind === 'schedule' && wanted.has(trigger.kind)) ??
    fromRows(facts)
  if (alert === undefined && other === undefined) return { do: 'nothing' }
  const ready = cooledDown(facts)
  if (ready > facts.now) {
    const sentence = `A retraining is due, but the cool-down lasts until ${ready.toISOString()}.`
    return { do: 'wait', sentence, once: `cooldown:${ready.toISOString()}`, until: ready }
  }
  if (other) return { do: 'start', trigger: other.kind, reason: other.reason }
  return fromAlert(facts, alert ?? 'drift')
}

/** Rows that came since the last cycle; those that it collected itself are not among them. */
function fromRows(facts: Facts): Pick<Trigger, 'kind' | 'reason'> | undefined {
  const needed = (facts.spec.retrain?.when ?? []).flatMap((when) =>
    typeof when === 'object' && 'new_rows' in when ? [when.new_rows] : [],
  )
  const before = facts.lastCycle?.rows ?? null
  if (needed.length === 0 || before === null || facts.dataset === undefined) return undefined
  const added = facts.dataset.rows - before
  if (added < Math.min(...needed)) return undefined
  const reason = `${added} rows were added to dataset '${facts.spec.data.train.dataset}' since the last cycle.`
  return { kind: 'new_rows', reason }
}

/** A model of the same old data would not be better: an alert leads to training only with new labels. */
function fromAlert(facts: Facts, kind: string): Choice {
  const needed = facts.spec.retrain?.min_labels ?? defaultMinLabels
  const raised = facts.triggers.find((trigger) => trigger.kind === kind)
  const reason = raised?.reason ?? `The ${kind} alert is still open.`
  if (facts.newLabels >= needed) {
    return {
      do: 'start',
      trigger: kind,
      reason: `${reason} ${facts.newLabels} newly labelled predictions are there to learn from.`,
    }
  }
  return {
    do: 'wait',
    sentence: `${reason} Waiting for labels before retraining: ${needed} needed.`,
    once: `labels:${raised?.id ?? facts.lastCycle?.endedAt.toISOString() ?? kind}`,
  }
}

function cooledDown(facts: Facts): Date {
  const cooldown = facts.spec.retrain?.cooldown
  if (cooldown === undefined || facts.lastCycle === undefined) return facts.now
  return new Date(facts.lastCycle.endedAt.getTime() + durationMs(cooldown))
}
