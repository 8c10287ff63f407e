import type { Area, Subscription } from '../../base/area.ts'
import type { Tx } from '../../store/store.ts'
import type { LineDeps } from './deps.ts'
import * as reader from './reader.ts'
import { createReconciler, principal } from './reconcile.ts'
import { lineRoutes } from './routes.ts'
import * as writer from './writer.ts'

export type { LineDeps, StepDeps } from './deps.ts'
export { lineStepKinds } from './steps/index.ts'

/** The closed loop: what a line should be, and what it does next. */
export function createLines(deps: LineDeps): { area: Area } {
  return {
    area: {
      name: 'lines',
      references: [
        "select (regexp_matches(concat(code_digest, ' ', files, ' ', spec), '[0-9a-f]{64}', 'g'))[1] as digest from lines",
        "select (regexp_matches(concat(code_digest, ' ', files, ' ', spec), '[0-9a-f]{64}', 'g'))[1] as digest from line_generations",
      ],
      routes: lineRoutes(deps),
      work: [{ kind: 'lines.reconcile', concurrency: 8, maxAttempts: 1000, handle: createReconciler(deps) }],
      on: subscriptions(deps),
    },
  }
}

function subscriptions({ store }: LineDeps): Subscription[] {
  const wakeAll = async (lines: readonly { id: string; project_id: string }[]) => {
    if (lines.length === 0) return
    await store.housekeep(async (tx: Tx) => {
      for (const line of lines) await writer.wake(tx, line)
    })
  }
  return [
    {
      name: 'lines.cycle',
      types: ['pipeline_run.finished', 'rollout.finished'],
      async handle(event) {
        const by =
          event.type === 'rollout.finished' ? { rolloutId: event.subject } : { pipelineRunId: event.subject }
        const cycle = await reader.cycleBy(store.read, by)
        if (cycle) await wakeAll([{ id: cycle.line_id, project_id: cycle.project_id }])
      },
    },
    {
      name: 'lines.data',
      types: ['dataset_version.created'],
      async handle(event) {
        const dataset = String(event.data.dataset)
        await wakeAll(await reader.lineIds(store.read, { dataset, projectId: event.projectId }))
      },
    },
    {
      name: 'lines.labels',
      types: ['labels.received'],
      async handle(event) {
        await wakeAll(await reader.lineIds(store.read, { deploymentId: event.subject }))
      },
    },
    {
      name: 'lines.alert',
      types: ['alert.opened', 'alert.resolved'],
      async handle(event) {
        const [line] = await reader.lineIds(store.read, { deploymentId: String(event.data.deployment_id) })
        if (!line) return
        await store.transact(principal, async (tx) => {
          const kind = String(event.data.kind)
          const sentence = String(event.data.title ?? `A ${kind} alert.`)
          if (event.type === 'alert.opened') {
            await writer.raise(tx, line, { kind, reason: sentence, source: event.subject })
            await writer.say(tx, line, {
              kind: 'alert',
              sentence,
              evidence: { alert: event.subject, kind },
              once: `alert:${event.subject}`,
            })
          } else {
            const resolved = `The ${kind} alert is resolved: ${String(event.data.resolution ?? 'the latest windows are good.')}`
            await writer.say(tx, line, {
              kind: 'alert_resolved',
              sentence: resolved,
              once: `resolved:${event.subject}`,
            })
          }
          await writer.wake(tx, line)
        })
      },
    },
  ]
}
