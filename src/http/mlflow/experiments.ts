import { resolve } from 'node:path'
import { grantCreator } from '../../areas/access/index.ts'
import { checkLocation, parseLocation } from '../../areas/artifacts/index.ts'
import {
  removeExperimentTag,
  renameExperiment,
  setExperimentDeleted,
  setExperimentTag,
  type View,
} from '../../areas/tracking/index.ts'
import { MlflowError } from './failure.ts'
import { visibleTo } from './limits.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { checkUnscoped } from './scope.ts'
import { experimentView, some } from './show.ts'

export const pair = {
  type: 'message',
  list: true,
  fields: { key: { type: 'string' }, value: { type: 'string' } },
} as const

/** Pairs as they are stored: what is absent is empty. */
export function pairsOf(
  pairs: readonly { key: string | undefined; value: string | undefined }[],
): { key: string; value: string }[] {
  return pairs.map(({ key, value }) => ({ key: key ?? '', value: value ?? '' }))
}

export const viewTypes = ['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'] as const

export function viewOf(type: (typeof viewTypes)[number] | undefined): View {
  return type === 'ALL' ? 'all' : type === 'DELETED_ONLY' ? 'deleted' : 'active'
}

/** A page's size within its bounds. */
export function pageSize(given: number | bigint | undefined, standard: number, most: number): number {
  if (given === undefined) return standard
  const size = Number(given)
  if (size < 1) {
    throw new MlflowError(
      'INVALID_PARAMETER_VALUE',
      `Invalid value ${size} for parameter 'max_results' supplied. It must be a positive integer`,
    )
  }
  if (size > most) {
    throw new MlflowError(
      'INVALID_PARAMETER_VALUE',
      `Invalid value for request parameter max_results. It must be at most ${most}, but got value ${size}`,
    )
  }
  return size
}

function searchSize(given: number | bigint | undefined): number {
  if (given === undefined || given <= 50_000) return pageSize(given, 1000, 50_000)
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `Invalid value ${given} for parameter 'max_results' supplied. It must be at most 50000`,
  )
}

/** A path that begins nowhere is meant from where the server runs, as MLflow's server means it. */
function placed(location: string): string {
  return location === '' || parseLocation(location).scheme !== '' ? location : resolve(location)
}

const experimentId = { experiment_id: { type: 'string', required: true } } as const

async function found(call: Pick<Call, 'tracking' | 'project'>, id: string) {
  const experiment = await call.tracking.experiment(call.project.id, id)
  if (experiment !== undefined) return experiment
  throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${id} exists`)
}

export const experimentRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    '/2.0/mlflow/experiments/create',
    'runs:write',
    { name: { type: 'string', required: true }, artifact_location: { type: 'string' }, tags: pair },
    async (call) => {
      const { project, principal, request } = call
      checkUnscoped(call)
      const location = placed(request.artifact_location ?? '')
      if (location !== '') checkLocation(location, 'artifact_location')
      const id = await call.store.transact(principal, async (tx) => {
        const made = await call.tracking.createExperiment(tx, {
          projectId: project.id,
          name: request.name,
          artifactLocation: location,
          tags: pairsOf(request.tags),
        })
        await grantCreator(tx, { project: project.name, type: 'experiment', resource: made })
        return made
      })
      return { experiment_id: id }
    },
  ),
  rpc(
    ['POST', 'GET'],
    '/2.0/mlflow/experiments/search',
    'runs:read',
    {
      max_results: { type: 'int64' },
      page_token: { type: 'string' },
      filter: { type: 'string' },
      order_by: { type: 'string', list: true },
      view_type: { type: 'enum', values: viewTypes },
    },
    async ({ tracking, project, request, reach }) => {
      const page = await tracking.searchExperiments({
        projectId: project.id,
        only: visibleTo({ reach }).experiments,
        filter: request.filter,
        order: request.order_by,
        view: viewOf(request.view_type),
        limit: searchSize(request.max_results),
        cursor: request.page_token || undefined,
      })
      return { experiments: some(page.experiments.map(experimentView)), next_page_token: page.next }
    },
  ),
  rpc('GET', '/2.0/mlflow/experiments/get', 'runs:read', experimentId, async (call) => ({
    experiment: experimentView(await found(call, call.request.experiment_id)),
  })),
  rpc(
    'GET',
    '/2.0/mlflow/experiments/get-by-name',
    'runs:read',
    { experiment_name: { type: 'string', required: true } },
    async ({ tracking, project, request }) => {
      const experiment = await tracking.experimentByName(project.id, request.experiment_name)
      if (experiment !== undefined) return { experiment: experimentView(experiment) }
      throw new MlflowError(
        'RESOURCE_DOES_NOT_EXIST',
        `Could not find experiment with name '${request.experiment_name}'`,
      )
    },
  ),
  ...(['delete', 'restore'] as const).map((verb) =>
    rpc('POST', `/2.0/mlflow/experiments/${verb}`, 'runs:write', experimentId, async (call) => {
      checkUnscoped(call)
      const { id } = await found(call, call.request.experiment_id)
      await call.store.transact(call.principal, (tx) =>
        setExperimentDeleted(tx, call.project.id, id, verb === 'delete'),
      )
      call.tracking.forget()
      return {}
    }),
  ),
  rpc(
    'POST',
    '/2.0/mlflow/experiments/update',
    'runs:write',
    { ...experimentId, new_name: { type: 'string', required: true } },
    async (call) => {
      checkUnscoped(call)
      const experiment = await found(call, call.request.experiment_id)
      if (experiment.deleted) {
        throw new MlflowError('INVALID_STATE', 'Cannot rename a non-active experiment.')
      }
      await call.store.transact(call.principal, (tx) =>
        renameExperiment(tx, call.project.id, experiment.id, call.request.new_name),
      )
      return {}
    },
  ),
  rpc(
    'POST',
    '/2.0/mlflow/experiments/set-experiment-tag',
    'runs:write',
    { ...experimentId, key: { type: 'string', required: true }, value: { type: 'string' } },
    async (call) => {
      checkUnscoped(call)
      const { id } = await found(call, call.request.experiment_id)
      const tag = { key: call.request.key, value: call.request.value ?? '' }
      await call.store.transact(call.principal, (tx) => setExperimentTag(tx, call.project.id, id, tag))
      return {}
    },
  ),
  rpc(
    'POST',
    '/2.0/mlflow/experiments/delete-experiment-tag',
    'runs:write',
    { ...experimentId, key: { type: 'string', required: true } },
    async (call) => {
      checkUnscoped(call)
      const { id } = await found(call, call.request.experiment_id)
      await call.store.transact(call.principal, (tx) =>
        removeExperimentTag(tx, call.project.id, id, call.request.key),
      )
      return {}
    },
  ),
]
