import type { Attempt } from '../../base/area.ts'
import { system } from '../../base/principal.ts'
import type { GateResult } from '../../contract/lines.ts'
import type { Tx } from '../../store/store.ts'
import { approvalsOf, evaluateGates, type Scores } from '../governance/index.ts'
import type { LineDeps } from './deps.ts'
import { monitorOf } from './monitor.ts'
import { durationMs } from './quantity.ts'
import type { CycleRow, Line } from './reader.ts'
import * as writer from './writer.ts'

const principal = system('lines')
type Outputs = Readonly<Record<string, unknown>>

/** Moves an open cycle as far as it can go now. */
export async function advance(deps: LineDeps, line: Line, cycle: CycleRow, attempt: Attempt): Promise<void> {
  if (cycle.state === 'running') return await afterPipeline(deps, line, cycle, attempt)
  if (cycle.state === 'rolling_out') return await afterRollout(deps, line, cycle, attempt)
  if (line.desired === 'paused') return
  await pass(deps, line, cycle, attempt)
}

async function afterPipeline(deps: LineDeps, line: Line, cycle: CycleRow, attempt: Attempt): Promise<void> {
  const result =
    cycle.pipeline_run_id && (await deps.pipelines.result(line.project_id, cycle.pipeline_run_id))
  if (!result || result.state === 'running') return
  await deps.store.transact(principal, async (tx) => {
    await tx.fence(attempt)
    if (result.state !== 'succeeded') {
      const why = result.failure ? brief(result.failure) : 'It was cancelled.'
      const state = result.state === 'cancelled' ? 'cancelled' : 'failed'
      return await writer.endCycle(tx, line, cycle, { state, outcome: `Training did not succeed: ${why}` })
    }
    const step = (name: string): Outputs => result.outputs.get(name) ?? {}
    const collected = step('collect')
    await writer.updateCycle(tx, cycle.id, {
      state: 'gating',
      model_version_id: step('register').model_version_id as string,
      dataset_version_id: step('split').dataset_version_id as string,
      reference_version_id: (collected.reference_version_id ?? step('split').dataset_version_id) as string,
      collected_rows: (collected.rows ?? 0) as number,
      metrics: step('evaluate').metrics,
      champion_metrics: step('evaluate-champion').metrics ?? {},
    })
    await writer.say(tx, line, {
      kind: 'training_finished',
      sentence: trainedSentence(step),
      cycle: cycle.number,
      evidence: {
        metrics: step('evaluate').metrics,
        champion_metrics: step('evaluate-champion').metrics ?? null,
      },
    })
    await writer.wake(tx, line)
  })
}

/** All gates hold: roll out. One does not: refuse, or wait if only people are missing. */
async function pass(deps: LineDeps, line: Line, cycle: CycleRow, attempt: Attempt): Promise<void> {
  const version = cycle.model_version_id ? await deps.registry.version(cycle.model_version_id) : undefined
  const model = version?.files.find((file) => file.path === 'model.onnx')
  if (!version || !model) throw new Error(`cycle ${cycle.id} has no version to judge`)
  const result =
    cycle.pipeline_run_id && (await deps.pipelines.result(line.project_id, cycle.pipeline_run_id))
  const challenger = scoresOf(result ? result.outputs.get('evaluate') : undefined)
  const champion = scoresOf(result ? result.outputs.get('evaluate-champion') : undefined)
  await deps.store.transact(principal, async (tx) => {
    await tx.fence(attempt)
    const approvals = await approvalsOf(tx.db, { modelVersionId: version.id, digest: model.digest })
    const gates = evaluateGates(line.spec.gates ?? [], {
      challenger: challenger ?? { metrics: {}, slices: [] },
      champion,
      approvals: approvals.approved,
      refused: approvals.refused,
    })
    await writer.updateCycle(tx, cycle.id, { gates })
    const failed = gates.filter((gate) => !gate.passed)
    if (failed.length > 0)
      return await hold(tx, line, cycle, {
        failed,
        gates,
        version: version.version,
        refused: approvals.refused,
      })
    const rolloutId = await startRollout(tx, deps, line, cycle, {
      id: version.id,
      digest: model.digest,
      signature: version.signature,
    })
    await writer.updateCycle(tx, cycle.id, { state: 'rolling_out', rollout_id: rolloutId })
    await writer.say(tx, line, {
      kind: 'gates_passed',
      sentence: `Version ${version.version} passed ${gates.length === 0 ? 'without gates' : `all ${gates.length} gates`} and is rolled out.`,
      cycle: cycle.number,
      evidence: { gates },
    })
  })
}

async function hold(
  tx: Tx,
  line: Line,
  cycle: CycleRow,
  found: { failed: readonly GateResult[]; gates: readonly GateResult[]; version: number; refused: boolean },
): Promise<void> {
  const waiting = !found.refused && found.failed.every((gate) => gate.kind === 'approvals')
  const why = found.failed.map((gate) => `${gate.gate}: ${gate.message}`).join(' ')
  if (!waiting) {
    const outcome = `Version ${found.version} was refused by ${found.failed.length === 1 ? 'a gate' : `${found.failed.length} gates`}: ${why}`
    return await writer.endCycle(tx, line, cycle, {
      state: 'rejected',
      outcome,
      evidence: { gates: found.gates },
    })
  }
  await writer.updateCycle(tx, cycle.id, { state: 'awaiting_approval' })
  await writer.say(tx, line, {
    kind: 'awaiting_approval',
    sentence: `Version ${found.version} awaits approval: ${why}`,
    cycle: cycle.number,
    evidence: { gates: found.gates },
    once: `approval:${cycle.id}`,
  })
}

async function startRollout(
  tx: Tx,
  deps: LineDeps,
  line: Line,
  cycle: CycleRow,
  version: { id: string; digest: string; signature: unknown },
): Promise<string> {
  const rollout = line.spec.deploy?.rollout
  return await deps.serving.startRollout(tx, {
    deploymentId: line.deployment_id,
    modelVersionId: version.id,
    digest: version.digest,
    signature: version.signature as never,
    steps: (rollout?.steps ?? [100]).map((percent) => ({
      percent,
      ...(rollout?.requests === undefined ? {} : { requests: rollout.requests }),
      ...(rollout?.every === undefined ? {} : { for_ms: durationMs(rollout.every) }),
    })),
    abortIf: rollout?.abort_if ?? [],
    reason: `Cycle ${cycle.number} of line ${line.name}: ${cycle.reason}`,
  })
}

async function afterRollout(deps: LineDeps, line: Line, cycle: CycleRow, attempt: Attempt): Promise<void> {
  const rollout = cycle.rollout_id && (await deps.serving.rollout(cycle.rollout_id))
  if (!rollout || (rollout.state !== 'completed' && rollout.state !== 'aborted')) return
  const version = cycle.model_version_id && (await deps.registry.version(cycle.model_version_id))
  if (!version) throw new Error(`cycle ${cycle.id} has no version`)
  await deps.store.transact(principal, async (tx) => {
    await tx.fence(attempt)
    if (rollout.state === 'aborted') {
      const outcome = `The rollout of version ${version.version} was aborted: ${rollout.reason ?? 'no reason was given.'}`
      return await writer.endCycle(tx, line, cycle, { state: 'aborted', outcome })
    }
    await writer.setChampion(tx, line, cycle)
    await deps.registry.setAlias(tx, {
      projectId: line.project_id,
      model: version.model,
      alias: 'champion',
      version: version.version,
    })
    await deps.monitoring.configure(
      tx,
      monitorOf({ ...line, reference_version_id: cycle.reference_version_id }, version.signature),
    )
    await deps.monitoring.resolveFor(tx, line.deployment_id, `Version ${version.version} has taken over.`)
    // whatever was raised against the version before is answered
    await writer.answerTriggers(tx, line.id, cycle.id, ['drift', 'performance'])
    await writer.endCycle(tx, line, cycle, {
      state: 'completed',
      outcome: `Version ${version.version} serves all traffic.`,
      evidence: { metrics: cycle.metrics, champion_metrics: cycle.champion_metrics },
    })
    await writer.wake(tx, line)
  })
}

function scoresOf(outputs: Outputs | undefined): Scores | null {
  return outputs ? ({ metrics: outputs.metrics, slices: outputs.slices ?? [] } as Scores) : null
}

function trainedSentence(step: (name: string) => Outputs): string {
  const [train, test, collected] = [step('split').train_rows, step('split').test_rows, step('collect').rows]
  const learned = collected ? ` ${collected} labelled predictions were added to the data.` : ''
  return `Version ${step('register').version} was trained on ${train} rows and scored on ${test} others.${learned}`
}

/** What happened and what to do, without the log in between: that is a click away. */
function brief(failure: { message: string; remedy: string }): string {
  const lines = failure.message.split('\n').filter((text) => text.trim() !== '')
  const [first = '', last = ''] = [lines[0]?.replace(/ Its log ends with:$/, ''), lines.at(-1)]
  return `${first}${lines.length > 1 ? ` It ended with: ${last.trim().slice(0, 300)}` : ''} ${failure.remedy}`
}
