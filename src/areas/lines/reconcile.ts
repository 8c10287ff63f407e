import { CronExpressionParser } from 'cron-parser'
import type { Attempt, Next, WorkItem } from '../../base/area.ts'
import { uuidv7 } from '../../base/id.ts'
import { system } from '../../base/principal.ts'
import type { Tx } from '../../store/store.ts'
import { advance } from './advance.ts'
import type { LineDeps } from './deps.ts'
import { type Champion, cycleSteps } from './plan.ts'
import * as reader from './reader.ts'
import { choose, type Facts } from './trigger.ts'
import * as writer from './writer.ts'

export const principal = system('lines')
/** Events wake a line at once; this is for those that got lost. */
const resyncMs = 60_000

/** The loop: moves an open cycle on, or decides whether to begin one. */
export function createReconciler(deps: LineDeps) {
  return async (item: WorkItem, attempt: Attempt): Promise<Next> => {
    const line = await reader.lineById(deps.store.read, item.key)
    if (!line) return undefined
    const cycle = await reader.openCycle(deps.store.read, line.id)
    if (cycle) {
      await advance(deps, line, cycle, attempt)
      return { again: new Date(Date.now() + resyncMs) }
    }
    if (line.desired === 'paused') return undefined
    const due = await raiseSchedules(deps, line, attempt)
    const until = await decide(deps, line, attempt)
    return { again: earliest([new Date(Date.now() + resyncMs), due, until]) }
  }
}

async function decide(deps: LineDeps, line: reader.Line, attempt: Attempt): Promise<Date | undefined> {
  const alerts = await deps.monitoring.openAlerts(line.deployment_id)
  const since = beginningOf(alerts)
  const choice = choose(await factsOf(deps, line, alerts, since))
  if (choice.do === 'nothing') return undefined
  if (choice.do === 'wait') {
    if (await reader.said(deps.store.read, line.id, choice.once)) return choice.until
    await deps.store.transact(principal, async (tx) => {
      await tx.fence(attempt)
      await writer.say(tx, line, { kind: 'waiting', sentence: choice.sentence, once: choice.once })
    })
    return choice.until
  }
  const champion = await championOf(deps, line)
  await deps.store.transact(principal, async (tx) => {
    await tx.fence(attempt)
    await begin(tx, deps, line, { ...choice, champion, since })
  })
  return undefined
}

async function begin(
  tx: Tx,
  deps: LineDeps,
  line: reader.Line,
  start: { trigger: string; reason: string; champion: Champion | null; since: Date | null },
): Promise<void> {
  const locked = await reader.lockedLine(tx.db, line.id)
  const dataset = await deps.data.findVersion(line.project_id, line.spec.data.train.dataset, 'latest')
  if (locked?.desired !== 'active' || locked.generation !== line.generation || !dataset)
    return await unchanged(tx, line)
  const cycleId = uuidv7()
  const number = ((await reader.cyclesOf(tx.db, line.id, 1))[0]?.number ?? 0) + 1
  const pipelineRunId = await deps.pipelines.start(tx, {
    projectId: line.project_id,
    name: `${line.name}-${number}`,
    lineId: line.id,
    steps: cycleSteps({
      spec: line.spec,
      files: line.files,
      codeDigest: line.code_digest,
      cycleId,
      deploymentId: line.deployment_id,
      datasetVersionId: dataset.id,
      champion: start.champion,
      collect: start.champion !== null,
      since: start.since,
    }),
  })
  await writer.insertCycle(tx, line, {
    id: cycleId,
    number,
    pipelineRunId,
    datasetVersionId: dataset.id,
    trigger: start.trigger,
    reason: start.reason,
  })
  await writer.answerTriggers(tx, line.id, cycleId)
  await writer.say(tx, line, {
    kind: 'cycle_started',
    sentence: `Cycle ${number} begins: ${start.reason}`,
    cycle: number,
    evidence: { trigger: start.trigger, dataset_version: dataset.version, rows: dataset.rows },
  })
}

/** The line changed between reading and locking: the next look decides anew. */
async function unchanged(tx: Tx, line: reader.Line): Promise<void> {
  await tx.audit({
    action: 'line.look_again',
    projectId: line.project_id,
    subjectType: 'line',
    subjectId: line.id,
  })
  await writer.wake(tx, line)
}

async function factsOf(
  deps: LineDeps,
  line: reader.Line,
  alerts: OpenAlerts,
  since: Date | null,
): Promise<Facts> {
  const db = deps.store.read
  const [dataset, [last], triggers] = await Promise.all([
    deps.data.findVersion(line.project_id, line.spec.data.train.dataset, 'latest'),
    reader.cyclesOf(db, line.id, 1),
    reader.pendingTriggers(db, line.id),
  ])
  const used = last?.dataset_version_id ? await deps.data.versionById(last.dataset_version_id) : undefined
  return {
    spec: line.spec,
    now: new Date(),
    hasChampion: line.champion_version_id !== null,
    dataset: dataset && { version: dataset.version, rows: dataset.rows },
    generation: line.generation,
    lastCycle: last?.ended_at
      ? {
          generation: last.generation,
          datasetVersion: used?.version ?? null,
          rows: used?.rows ?? null,
          endedAt: last.ended_at,
          outcome: last.state,
        }
      : undefined,
    triggers,
    openAlerts: new Set(alerts.map((alert) => alert.kind)),
    newLabels: since === null ? 0 : await newLabels(deps, line, later(since, last?.started_at)),
  }
}

type OpenAlerts = Awaited<ReturnType<LineDeps['monitoring']['openAlerts']>>

/**
 * From when on all rows are such as the alert is about: the end of the window that opened it. That window itself may have
 * begun before the change.
 */
function beginningOf(alerts: OpenAlerts): Date | null {
  const times = alerts.map((alert) => Date.parse(alert.evidence.window.to))
  return times.length === 0 ? null : new Date(Math.min(...times))
}

/** What the cycle before could learn from is not new: one that was refused is not repeated with the same rows. */
function later(since: Date, lastCycle: Date | undefined): Date {
  return lastCycle !== undefined && lastCycle > since ? lastCycle : since
}

/** Labelled predictions since the alert began: what the champion did not learn from and is wrong about. */
async function newLabels(deps: LineDeps, line: reader.Line, since: Date): Promise<number> {
  await using labelled = await deps.serving.labelledPredictions({
    deploymentId: line.deployment_id,
    from: since,
  })
  if (labelled === undefined) return 0
  // the parts that it looks at may begin earlier
  const [counted] = await deps.columnar.query({
    statements: [
      `select count(*) as rows from read_parquet({{labelled}}) where "time" >= '${since.toISOString()}'::timestamptz`,
    ],
    files: { labelled: labelled.path },
  })
  return Number(counted?.rows)
}

async function championOf(deps: LineDeps, line: reader.Line): Promise<Champion | null> {
  if (line.champion_version_id === null) return null
  const version = await deps.registry.version(line.champion_version_id)
  const model = version?.files.find((file) => file.path === 'model.onnx')
  return version && model ? { versionId: version.id, digest: model.digest } : null
}

/** Raises the trigger of a cron that has come due, once per tick; returns the next tick. */
async function raiseSchedules(
  deps: LineDeps,
  line: reader.Line,
  attempt: Attempt,
): Promise<Date | undefined> {
  let next: Date | undefined
  for (const when of line.spec.retrain?.when ?? []) {
    if (typeof when !== 'object' || !('cron' in when)) continue
    const cron = CronExpressionParser.parse(when.cron, { tz: 'UTC', currentDate: new Date() })
    const previous = cron.prev().toDate()
    const since = (await reader.lastScheduled(deps.store.read, line.id)) ?? line.applied_at
    if (previous > since) {
      await deps.store.transact(principal, async (tx) => {
        await tx.fence(attempt)
        const reason = `The schedule '${when.cron}' came due at ${previous.toISOString()}.`
        await writer.raise(tx, line, { kind: 'schedule', reason, source: `cron:${previous.toISOString()}` })
        await writer.say(tx, line, {
          kind: 'trigger',
          sentence: reason,
          once: `cron:${previous.toISOString()}`,
        })
      })
    }
    next = earliest([next, CronExpressionParser.parse(when.cron, { tz: 'UTC' }).next().toDate()])
  }
  return next
}

function earliest(dates: readonly (Date | undefined)[]): Date {
  return new Date(Math.min(...dates.flatMap((date) => (date === undefined ? [] : [date.getTime()]))))
}
