import { forgetThing, grantCreator } from '../../areas/access/index.ts'
import {
  deleteScorer,
  registerScorer,
  type Scorer,
  scheduleScorer,
  scorerNotFound,
} from '../../areas/traces/index.ts'
import { MlflowError } from './failure.ts'
import { scorerKey } from './references.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { checkUnscoped } from './scope.ts'
import { openExperiment } from './traces.ts'

const base = '/3.0/mlflow/scorers'
const named = {
  experiment_id: { type: 'string', required: true },
  name: { type: 'string', required: true },
} as const

type ScorerCall = Pick<Call, 'traces' | 'tracking' | 'project'>

async function versions(call: ScorerCall, experimentId: string, name: string): Promise<Scorer[]> {
  const experiment = await openExperiment(call, experimentId)
  const found = await call.traces.scorers(call.project.id, { experimentIds: [experiment.id], name })
  if (found.length === 0) throw scorerNotFound(name, experimentId)
  return found
}

async function oneOf(
  call: ScorerCall,
  request: { experiment_id: string; name: string; version: number | bigint | undefined },
): Promise<Scorer> {
  const all = await versions(call, request.experiment_id, request.name)
  const wanted = request.version === undefined ? undefined : Number(request.version)
  const found = wanted === undefined ? all.at(-1) : all.find((one) => one.version === wanted)
  if (found === undefined) throw scorerNotFound(request.name, request.experiment_id, wanted)
  return found
}

/** What scores traces. The platform keeps it as text and never runs it. */
export const scorerRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    `${base}/register`,
    'runs:write',
    { ...named, serialized_scorer: { type: 'string', required: true } },
    async (call) => {
      checkUnscoped(call)
      const { request, project } = call
      requireJson(request.serialized_scorer)
      const experiment = await openExperiment(call, request.experiment_id)
      const resource = scorerKey(experiment.id, request.name)
      const scorer = await call.store.transact(call.principal, async (tx) => {
        const made = await registerScorer(tx, {
          projectId: project.id,
          experimentId: experiment.id,
          name: request.name,
          serialized: request.serialized_scorer,
        })
        if (made.version === 1) await grantCreator(tx, { project: project.name, type: 'scorer', resource })
        return made
      })
      return {
        version: scorer.version,
        scorer_id: scorer.id,
        experiment_id: scorer.experimentId,
        name: scorer.name,
        serialized_scorer: scorer.serialized,
        creation_time: scorer.created,
      }
    },
  ),
  rpc(
    'GET',
    `${base}/list`,
    'runs:read',
    { experiment_id: { type: 'string' }, experiment_ids: { type: 'string', list: true } },
    async (call) => {
      const { experiment_id: id, experiment_ids: ids } = call.request
      if (id && ids.length > 0) {
        throw new MlflowError(
          'INVALID_PARAMETER_VALUE',
          "Cannot specify both 'experiment_id' and 'experiment_ids'. Use 'experiment_ids' to scope the query to " +
            "multiple experiments, or 'experiment_id' to scope it to a single experiment.",
        )
      }
      const wanted = id ? [(await openExperiment(call, id)).id] : ids.length > 0 ? ids : undefined
      const found = await call.traces.scorers(call.project.id, { experimentIds: wanted, latest: true })
      return { scorers: found.map(scorerView) }
    },
  ),
  rpc('GET', `${base}/versions`, 'runs:read', named, async (call) => ({
    scorers: (await versions(call, call.request.experiment_id, call.request.name)).map(scorerView),
  })),
  rpc('GET', `${base}/get`, 'runs:read', { ...named, version: { type: 'int64' } }, async (call) => ({
    scorer: scorerView(await oneOf(call, call.request)),
  })),
  rpc('DELETE', `${base}/delete`, 'runs:write', { ...named, version: { type: 'int64' } }, async (call) => {
    checkUnscoped(call)
    const { request, project } = call
    const experiment = await openExperiment(call, request.experiment_id)
    const resource = scorerKey(experiment.id, request.name)
    await call.store.transact(call.principal, async (tx) => {
      await deleteScorer(tx, {
        projectId: project.id,
        experimentId: experiment.id,
        name: request.name,
        version: request.version === undefined ? undefined : Number(request.version),
      })
      if (request.version === undefined) {
        await forgetThing(tx, { project: project.name, type: 'scorer', resource })
      }
    })
    return {}
  }),
  rpc(
    'GET',
    `${base}/online-configs`,
    'runs:read',
    { scorer_ids: { type: 'string', list: true } },
    async ({ traces, project, request }) => {
      const found = await traces.scorerSchedules(project.id, request.scorer_ids)
      return { configs: found.map(scheduleView) }
    },
  ),
  rpc(
    'PUT',
    `${base}/online-config`,
    'runs:write',
    { ...named, sample_rate: { type: 'double', required: true }, filter_string: { type: 'string' } },
    async (call) => {
      checkUnscoped(call)
      const { request, project } = call
      const scorer = await oneOf(call, { ...request, version: undefined })
      const schedule = await call.store.transact(call.principal, (tx) =>
        scheduleScorer(tx, project.id, scorer, {
          sampleRate: request.sample_rate,
          filter: request.filter_string ?? null,
        }),
      )
      return { config: scheduleView(schedule) }
    },
  ),
]

function requireJson(text: string): void {
  try {
    JSON.parse(text)
  } catch {
    throw new MlflowError('INVALID_PARAMETER_VALUE', 'serialized_scorer must be valid JSON')
  }
}

function scorerView(scorer: Scorer) {
  return {
    experiment_id: Number(scorer.experimentId),
    scorer_name: scorer.name,
    scorer_version: scorer.version,
    serialized_scorer: scorer.serialized,
    creation_time: scorer.created,
    scorer_id: scorer.id,
  }
}

function scheduleView(schedule: {
  id: string
  scorerId: string
  experimentId: string
  sampleRate: number
  filter: string | null
}) {
  return {
    online_scoring_config_id: schedule.id,
    scorer_id: schedule.scorerId,
    sample_rate: schedule.sampleRate,
    experiment_id: schedule.experimentId,
    filter_string: schedule.filter ?? undefined,
  }
}
