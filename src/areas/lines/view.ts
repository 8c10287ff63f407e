import type { Cycle, Decision, LineDetail, LineSummary } from '../../contract/lines.ts'
import type { LineDeps } from './deps.ts'
import * as reader from './reader.ts'
import { healthOf, type LoopFacts, stagesOf } from './stages.ts'

const open = new Set<string>(reader.openStates)

/** A line as the API shows it. */
export async function lineSummary(deps: LineDeps, line: reader.Line): Promise<LineSummary> {
  const loaded = await load(deps, line, 1)
  return summaryOf(loaded)
}

export async function lineDetail(deps: LineDeps, line: reader.Line): Promise<LineDetail> {
  const loaded = await load(deps, line, 20)
  return {
    ...summaryOf(loaded),
    generation: line.generation,
    spec: line.spec,
    code_digest: line.code_digest,
    stages: stagesOf(loaded.facts),
    cycles: loaded.cycles,
  }
}

export function decisionView(row: Awaited<ReturnType<typeof reader.decisionsOf>>[number]): Decision {
  return {
    id: row.id,
    at: row.at.toISOString(),
    kind: row.kind,
    sentence: row.sentence,
    cycle: row.cycle,
    evidence: row.evidence as Record<string, unknown>,
  }
}

type Loaded = Awaited<ReturnType<typeof load>>

async function load(deps: LineDeps, line: reader.Line, cycles: number) {
  const db = deps.store.read
  const [rows, decisions, triggers, dataset, deployment, alerts, latest, version] = await Promise.all([
    reader.cyclesOf(db, line.id, cycles),
    reader.decisionsOf(db, line.id, { limit: 1 }),
    reader.pendingTriggers(db, line.id),
    deps.data.findVersion(line.project_id, line.spec.data.train.dataset, 'latest'),
    deps.serving.deployment(line.deployment_id),
    deps.monitoring.openAlerts(line.deployment_id),
    deps.monitoring.latest(line.deployment_id),
    line.champion_version_id === null ? undefined : deps.registry.version(line.champion_version_id),
  ])
  const cycle = rows[0]
  const running =
    cycle?.state === 'running' && cycle.pipeline_run_id
      ? await deps.pipelines.runningStep(cycle.pipeline_run_id)
      : undefined
  const facts: LoopFacts = {
    line,
    dataset: dataset && { version: dataset.version, rows: dataset.rows, at: dataset.created_at },
    cycle,
    runningStep: running,
    modelVersion: version?.version,
    rolloutPercent: deployment?.weights.find((item) => item.modelVersionId === cycle?.model_version_id)
      ?.weight,
    requestsLastMinute: deployment?.lastMinute.requests ?? 0,
    errorsLastMinute: deployment?.lastMinute.errors ?? 0,
    drift: latest.drift,
    performance: latest.performance,
    openAlerts: alerts,
    pendingTriggers: triggers.length,
  }
  return { facts, version, decision: decisions[0], cycles: await cycleViews(deps, rows) }
}

function summaryOf({ facts, version, decision, cycles }: Loaded): LineSummary {
  const { line } = facts
  const { health, reason } = healthOf(facts)
  return {
    id: line.id,
    name: line.name,
    owner: line.spec.owner,
    risk: line.spec.risk ?? 'limited',
    desired: line.desired as LineSummary['desired'],
    health,
    health_reason: reason,
    deployment: line.name,
    dataset: line.spec.data.train.dataset,
    model: version ? { name: version.model, version: version.version, version_id: version.id } : null,
    cycle: cycles[0] && open.has(cycles[0].state) ? cycles[0] : null,
    open_alerts: facts.openAlerts.length,
    performance: facts.performance,
    drift: facts.drift,
    requests_last_minute: facts.requestsLastMinute,
    last_decision: decision ? decisionView(decision) : null,
    applied_at: line.applied_at.toISOString(),
  }
}

async function cycleViews(deps: LineDeps, rows: readonly reader.CycleRow[]): Promise<Cycle[]> {
  return await Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      number: row.number,
      state: row.state as Cycle['state'],
      trigger: row.trigger,
      reason: row.reason,
      outcome: row.outcome,
      pipeline_run_id: row.pipeline_run_id,
      dataset_version_id: row.dataset_version_id,
      model_version_id: row.model_version_id,
      model_version: row.model_version_id
        ? ((await deps.registry.version(row.model_version_id))?.version ?? null)
        : null,
      rollout_id: row.rollout_id,
      gates: row.gates as unknown as Cycle['gates'],
      metrics: row.metrics as Cycle['metrics'],
      champion_metrics: row.champion_metrics as Cycle['champion_metrics'],
      started_at: row.started_at.toISOString(),
      ended_at: row.ended_at?.toISOString() ?? null,
    })),
  )
}
