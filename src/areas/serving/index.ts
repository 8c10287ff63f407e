import type { WorkHandler } from '../../base/area.ts'
import { ensureDeployment } from './deployment.ts'
import type { ServingDeps } from './deps.ts'
import { deploymentFacts, rolloutFacts } from './facts.ts'
import { modelServerRoutes } from './model-server-routes.ts'
import { compactAll } from './predictions/compact.ts'
import { convertSegment } from './predictions/convert.ts'
import { freeReplaced } from './predictions/free.ts'
import { labelledPredictions } from './predictions/labelled.ts'
import { readParts } from './predictions/part.ts'
import { convertWork } from './predictions/segment.ts'
import { newlyLabelled } from './reader.ts'
import { abortRollout, removeDeployment, rollback } from './rollouts/control.ts'
import { reconcileRollout } from './rollouts/reconcile.ts'
import { rolloutWork, startRollout } from './rollouts/start.ts'
import { servingRoutes } from './routes.ts'
import type { Serving } from './serving.ts'

export type { ServingDeps } from './deps.ts'
export { evaluationCommand, inspectModel } from './onnx/index.ts'
export type { Labelled, LabelledRequest } from './predictions/labelled.ts'
export type { Part, PartRange } from './predictions/part.ts'
export { parseCondition } from './rollouts/condition.ts'
export type { NewRollout } from './rollouts/start.ts'
export type { DeploymentFacts, RolloutFacts, Serving } from './serving.ts'

export function createServing(deps: ServingDeps): Serving {
  const { read } = deps.store
  return {
    area: {
      name: 'serving',
      references: [
        'select digest from revisions',
        'select digest from prediction_parts',
        'select digest from prediction_segments where freed_at is null',
      ],
      routes: [...servingRoutes(deps), ...modelServerRoutes(deps)],
      work: work(deps),
      schedules: [
        { name: 'serving.compact', every: 5 * 60_000, kind: 'serving.compact' },
        { name: 'serving.free', every: '41 * * * *', kind: 'serving.free' },
      ],
    },
    ensureDeployment,
    removeDeployment,
    startRollout,
    abortRollout,
    rollback,
    deployment: (id) => deploymentFacts(read, id),
    rollout: (id) => rolloutFacts(read, id),
    parts: (deploymentId, range) => readParts(read, deploymentId, range),
    labelledPredictions: (request) => labelledPredictions(deps, request),
    labelsSince: (deploymentId, since) => newlyLabelled(read, deploymentId, since),
  }
}

function work(deps: ServingDeps): WorkHandler[] {
  return [
    {
      kind: rolloutWork,
      concurrency: 8,
      // A rollout waits for ever rather than being given up with weights in between.
      maxAttempts: 1_000_000,
      handle: (item, attempt) => reconcileRollout(deps, item.key, attempt),
    },
    {
      kind: convertWork,
      concurrency: 2,
      maxAttempts: 1000,
      async handle(item, attempt) {
        await convertSegment(deps, item.key, attempt)
        return undefined
      },
    },
    {
      kind: 'serving.compact',
      concurrency: 1,
      async handle(_item, attempt) {
        await compactAll(deps, attempt)
        return undefined
      },
    },
    {
      kind: 'serving.free',
      concurrency: 1,
      async handle(_item, attempt) {
        await freeReplaced(deps, attempt)
        return undefined
      },
    },
  ]
}
