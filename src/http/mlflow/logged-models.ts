import { artifactPath, filePath, joinPath } from '../../areas/artifacts/index.ts'
import { changeLoggedModel, type LoggedModel, type LoggedModelStatus } from '../../areas/tracking/index.ts'
import { listed, sent } from './artifacts.ts'
import { pageSize, pair, pairsOf } from './experiments.ts'
import { MlflowError } from './failure.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { checkLoggedModel, checkRun, checkUnscoped } from './scope.ts'
import { loggedModelView, some } from './show.ts'

const base = '/2.0/mlflow/logged-models'
const statusNames = ['LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED'] as const
const statusOf: Record<(typeof statusNames)[number], LoggedModelStatus> = {
  LOGGED_MODEL_PENDING: 'pending',
  LOGGED_MODEL_READY: 'ready',
  LOGGED_MODEL_UPLOAD_FAILED: 'failed',
}

type ModelCall = Pick<Call, 'principal' | 'project' | 'tracking' | 'params'>

async function found(call: ModelCall, options: { deleted?: boolean } = {}): Promise<LoggedModel> {
  const id = call.params.id ?? ''
  const model = await call.tracking.loggedModel(call.project.id, id, options)
  if (model !== undefined) return model
  throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Logged model with ID '${id}' not found.`)
}

/** The model, when this caller may change it. */
async function own(call: ModelCall): Promise<LoggedModel> {
  const model = await found(call)
  await checkLoggedModel(call, model)
  return model
}

export const loggedModelRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    base,
    'runs:write',
    {
      experiment_id: { type: 'string', required: true },
      name: { type: 'string' },
      model_type: { type: 'string' },
      source_run_id: { type: 'string' },
      params: pair,
      tags: pair,
    },
    async (call) => {
      const { project, principal, request, tracking } = call
      const runId = request.source_run_id || undefined
      if (runId === undefined) checkUnscoped(call)
      else await checkRun(call, runId)
      const run = runId === undefined ? undefined : await tracking.findRun(project.id, runId)
      if (run !== undefined) await tracking.openRun(project.id, run.id)
      const id = await call.store.transact(principal, (tx) =>
        tracking.createLoggedModel(tx, request.experiment_id, {
          projectId: project.id,
          name: request.name,
          modelType: request.model_type,
          sourceRunId: run?.id,
          namedRun: run === undefined ? runId : undefined,
          params: pairsOf(request.params),
          tags: pairsOf(request.tags),
        }),
      )
      return { model: loggedModelView(await found({ ...call, params: { id } })) }
    },
  ),
  rpc(
    'POST',
    `${base}/search`,
    'runs:read',
    {
      experiment_ids: { type: 'string', list: true, required: true },
      filter: { type: 'string' },
      datasets: {
        type: 'message',
        list: true,
        fields: { dataset_name: { type: 'string' }, dataset_digest: { type: 'string' } },
      },
      max_results: { type: 'int64' },
      order_by: {
        type: 'message',
        list: true,
        fields: {
          field_name: { type: 'string', required: true },
          ascending: { type: 'bool' },
          dataset_name: { type: 'string' },
          dataset_digest: { type: 'string' },
        },
      },
      page_token: { type: 'string' },
    },
    async ({ tracking, project, request }) => {
      const datasets = request.datasets.map((dataset) => {
        if (dataset.dataset_name)
          return { name: dataset.dataset_name, digest: dataset.dataset_digest || undefined }
        throw new MlflowError(
          'INVALID_PARAMETER_VALUE',
          '`dataset_name` in the `datasets` clause must be specified.',
        )
      })
      const page = await tracking.searchLoggedModels({
        projectId: project.id,
        experimentIds: request.experiment_ids,
        filter: request.filter || undefined,
        datasets,
        order: request.order_by.map((order) => ({
          field: order.field_name,
          ascending: order.ascending ?? true,
          datasetName: order.dataset_name || undefined,
          datasetDigest: order.dataset_digest || undefined,
        })),
        limit: pageSize(request.max_results || undefined, 100, 50_000),
        cursor: request.page_token || undefined,
      })
      return { models: some(page.models.map(loggedModelView)), next_page_token: page.next }
    },
  ),
  rpc('GET', `${base}/:id`, 'runs:read', { allow_deleted: { type: 'bool' } }, async (call) => ({
    model: loggedModelView(await found(call, { deleted: call.request.allow_deleted ?? false })),
  })),
  rpc(
    'PATCH',
    `${base}/:id`,
    'runs:write',
    { status: { type: 'enum', values: statusNames, required: true } },
    async (call) => {
      const { id } = await own(call)
      await call.store.transact(call.principal, (tx) =>
        changeLoggedModel(tx, call.project.id, id, { status: statusOf[call.request.status] }),
      )
      return { model: loggedModelView(await found(call)) }
    },
  ),
  rpc('DELETE', `${base}/:id`, 'runs:write', {}, async (call) => {
    checkUnscoped(call)
    const { id } = await found(call, { deleted: true })
    await call.store.transact(call.principal, (tx) =>
      changeLoggedModel(tx, call.project.id, id, { deleted: true }),
    )
    return {}
  }),
  rpc('PATCH', `${base}/:id/tags`, 'runs:write', { tags: pair }, async (call) => {
    const { id } = await own(call)
    await call.store.transact(call.principal, (tx) =>
      changeLoggedModel(tx, call.project.id, id, { setTags: pairsOf(call.request.tags) }),
    )
    return {}
  }),
  rpc('DELETE', `${base}/:id/tags/:key`, 'runs:write', {}, async (call) => {
    const { id } = await own(call)
    await call.store.transact(call.principal, (tx) =>
      changeLoggedModel(tx, call.project.id, id, { removeTag: call.params.key ?? '' }),
    )
    return {}
  }),
  rpc('POST', `${base}/:id/params`, 'runs:write', { params: pair }, async (call) => {
    const { id } = await own(call)
    await call.store.transact(call.principal, (tx) =>
      changeLoggedModel(tx, call.project.id, id, { addParams: pairsOf(call.request.params) }),
    )
    return {}
  }),
  rpc(
    'GET',
    `${base}/:id/artifacts/directories`,
    'runs:read',
    { artifact_directory_path: { type: 'string' } },
    async (call) => {
      const model = await found(call)
      const root = call.artifacts.pathOf(model.artifactUri)
      const path = artifactPath(call.request.artifact_directory_path ?? '')
      const files = root === undefined ? [] : await listed(call, root, joinPath(root, path))
      return { root_uri: model.artifactUri, files: some(files) }
    },
  ),
  rpc(
    'GET',
    `${base}/:id/artifacts/files`,
    'runs:read',
    { artifact_file_path: { type: 'string', required: true } },
    async (call) => {
      const path = filePath(call.request.artifact_file_path)
      const root = call.artifacts.ownPath((await found(call)).artifactUri)
      return await sent(call, await call.artifacts.find(call.project.id, joinPath(root, path)), path)
    },
  ),
]
