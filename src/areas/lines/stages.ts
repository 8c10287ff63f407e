import type { Stage } from '../../contract/lines.ts'
import type { Latest } from '../monitoring/index.ts'
import type { CycleRow, Line } from './reader.ts'

/** What the nodes of the loop show: gathered by the view, judged here. */
export interface LoopFacts {
  readonly line: Line
  readonly dataset: { readonly version: number; readonly rows: number; readonly at: string } | undefined
  readonly cycle: CycleRow | undefined
  /** The pipeline step that runs now. */
  readonly runningStep: string | undefined
  readonly modelVersion: number | undefined
  readonly rolloutPercent: number | undefined
  readonly requestsLastMinute: number
  readonly errorsLastMinute: number
  readonly drift: Latest['drift']
  readonly performance: Latest['performance']
  readonly openAlerts: readonly { readonly kind: string }[]
  readonly pendingTriggers: number
}

const open = new Set(['running', 'gating', 'awaiting_approval', 'rolling_out'])
const grouped = (count: number) => count.toLocaleString('en-US')
const percent = (share: number) => `${(share * 100).toFixed(1)} %`

/** The seven nodes, in the order of the loop. */
export function stagesOf(facts: LoopFacts): Stage[] {
  return [
    data(facts),
    training(facts),
    gates(facts),
    traffic(facts),
    drift(facts),
    performance(facts),
    retraining(facts),
  ]
}

function stage(
  name: Stage['stage'],
  state: Stage['state'],
  headline: string,
  detail: string,
  at: string | null = null,
): Stage {
  return { stage: name, state, headline, detail, at }
}

function data({ dataset, line, runningStep }: LoopFacts): Stage {
  const name = line.spec.data.train.dataset
  if (!dataset) return stage('data', 'waiting', 'no data', `Dataset '${name}' has no version yet.`)
  const active = ['collect', 'check', 'split'].includes(runningStep ?? '')
  const detail = active ? `Step '${runningStep}' is running.` : `Version ${dataset.version} of '${name}'.`
  return stage('data', active ? 'active' : 'ok', `${grouped(dataset.rows)} rows`, detail, dataset.at)
}

function training({ cycle, runningStep }: LoopFacts): Stage {
  if (!cycle) return stage('training', 'idle', 'not yet', 'No cycle has begun.')
  if (cycle.state === 'running')
    return stage('training', 'active', runningStep ?? 'starting', `Cycle ${cycle.number}: ${cycle.reason}`)
  const failed = cycle.state === 'failed' || cycle.state === 'cancelled'
  const at = (cycle.ended_at ?? cycle.started_at).toISOString()
  return stage(
    'training',
    failed ? 'failed' : 'ok',
    failed ? cycle.state : `cycle ${cycle.number}`,
    cycle.outcome ?? cycle.reason,
    at,
  )
}

function gates({ cycle, line }: LoopFacts): Stage {
  const results = (cycle?.gates ?? []) as unknown as { passed: boolean }[]
  const total = line.spec.gates?.length ?? 0
  if (cycle?.state === 'awaiting_approval')
    return stage('gates', 'waiting', 'approval', 'A reviewer has to decide.')
  if (cycle?.state === 'gating') return stage('gates', 'active', 'judging', `${total} gates.`)
  if (results.length === 0) return stage('gates', 'idle', `${total} gates`, 'Nothing was judged yet.')
  const passed = results.filter((result) => result.passed).length
  const state = passed === results.length ? 'ok' : 'failed'
  return stage(
    'gates',
    state,
    `${passed} of ${results.length}`,
    state === 'ok' ? 'All gates hold.' : 'The challenger was refused.',
  )
}

function traffic(facts: LoopFacts): Stage {
  if (facts.cycle?.state === 'rolling_out') {
    return stage(
      'traffic',
      'active',
      facts.rolloutPercent === undefined ? 'starting' : `${facts.rolloutPercent} % canary`,
      `${grouped(facts.requestsLastMinute)} requests in the last minute.`,
    )
  }
  if (facts.modelVersion === undefined)
    return stage('traffic', 'idle', 'no version', 'No version serves yet.')
  const state = facts.errorsLastMinute > 0 ? 'warning' : 'ok'
  const detail = `Version ${facts.modelVersion}, ${facts.errorsLastMinute} errors in the last minute.`
  return stage('traffic', state, `${grouped(facts.requestsLastMinute)} / min`, detail)
}

function drift({ drift, line }: LoopFacts): Stage {
  if (!line.spec.monitor?.drift) return stage('drift', 'idle', 'off', 'The line file asks for no drift test.')
  if (!drift) return stage('drift', 'idle', 'no window', 'No window of this version is complete yet.')
  const detail = `${percent(drift.share)} of columns differ from the reference; alert at ${percent(drift.threshold)}.`
  return stage('drift', drift.drifted ? 'failed' : 'ok', percent(drift.share), detail, drift.at)
}

function performance({ performance, line }: LoopFacts): Stage {
  const rule = line.spec.monitor?.performance
  if (!rule) return stage('performance', 'idle', 'off', 'The line file asks for no performance.')
  if (!performance)
    return stage('performance', 'idle', 'no labels', 'No window of this version has enough labels yet.')
  const { value, min, metric, labelled, at } = performance
  const shown = value <= 1 ? percent(value) : value.toPrecision(4)
  return stage(
    'performance',
    min !== null && value < min ? 'failed' : 'ok',
    shown,
    `${metric} on ${labelled} labelled rows.`,
    at,
  )
}

function retraining({ cycle, openAlerts, pendingTriggers, line }: LoopFacts): Stage {
  if (line.desired === 'paused')
    return stage('retraining', 'waiting', 'paused', 'Nothing is started while the line is paused.')
  if (cycle && open.has(cycle.state))
    return stage('retraining', 'active', `cycle ${cycle.number}`, cycle.reason)
  const kinds = [...new Set(openAlerts.map((alert) => alert.kind))].join(' and ')
  if (openAlerts.length > 0)
    return stage('retraining', 'waiting', kinds, 'Waiting for labels or for the cool-down.')
  return stage('retraining', 'idle', pendingTriggers > 0 ? 'due' : 'quiet', 'Nothing asks for a new version.')
}

export type Health = 'starting' | 'healthy' | 'degraded' | 'failing' | 'paused'

/** One word for the whole line, and why. */
export function healthOf(facts: LoopFacts): { health: Health; reason: string } {
  const { cycle, openAlerts, modelVersion, line } = facts
  if (line.desired === 'paused') return { health: 'paused', reason: 'Paused by a person.' }
  if (modelVersion === undefined) {
    if (cycle && !open.has(cycle.state))
      return { health: 'failing', reason: cycle.outcome ?? 'No version serves.' }
    return { health: 'starting', reason: cycle ? 'The first version is being made.' : 'Waiting for data.' }
  }
  if (openAlerts.some((alert) => alert.kind === 'performance'))
    return { health: 'failing', reason: 'Its performance is below the limit.' }
  if (openAlerts.length > 0) return { health: 'degraded', reason: 'Its inputs have drifted.' }
  if (facts.errorsLastMinute > 0) return { health: 'degraded', reason: 'Some requests fail.' }
  return { health: 'healthy', reason: 'Nothing is wrong.' }
}
