import { forgetThing, grantCreator, renameThing } from '../../areas/access/index.ts'
import { parseLocation, refuseHosted } from '../../areas/artifacts/index.ts'
import {
  changeModel,
  checkPromptSource,
  deleteModel,
  insertModel,
  insertVersion,
  isPrompt,
  removeAlias,
  setAlias,
  stageOf,
  versionNumber,
} from '../../areas/registry/index.ts'
import { changeLoggedModel } from '../../areas/tracking/index.ts'
import { pageSize, pair, pairsOf } from './experiments.ts'
import { MlflowError } from './failure.ts'
import { onlyVisible } from './limits.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { checkRun, checkUnscoped } from './scope.ts'
import { modelView, some, versionView } from './show.ts'

const base = '/2.0/mlflow/registered-models'
const name = { name: { type: 'string', required: true } } as const
const alias = { ...name, alias: { type: 'string', required: true } } as const
const search = {
  filter: { type: 'string' },
  max_results: { type: 'int64' },
  order_by: { type: 'string', list: true },
  page_token: { type: 'string' },
} as const

/** What the name of a model may be granted as. */
const ofModels = ['registered_model', 'prompt'] as const

type ModelCall = Pick<Call, 'registry' | 'project'>

async function view(call: ModelCall, model: string) {
  return { registered_model: modelView(await call.registry.model(call.project.id, model)) }
}

const modelRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    `${base}/create`,
    'models:write',
    { ...name, tags: pair, description: { type: 'string' } },
    async (call) => {
      const { request, project, principal } = call
      const tags = pairsOf(request.tags)
      const type = isPrompt(tags) ? 'prompt' : 'registered_model'
      await call.store.transact(principal, async (tx) => {
        const { name, description } = request
        await insertModel(tx, { projectId: project.id, name, tags, description })
        await grantCreator(tx, { project: project.name, type, resource: name })
      })
      return await view(call, request.name)
    },
  ),
  rpc('GET', `${base}/get`, 'models:read', name, (call) => view(call, call.request.name)),
  rpc(
    'PATCH',
    `${base}/update`,
    'models:write',
    { ...name, description: { type: 'string' } },
    async (call) => {
      checkUnscoped(call)
      const description = call.request.description ?? ''
      await call.store.transact(call.principal, (tx) =>
        changeModel(tx, call.project.id, call.request.name, { description }),
      )
      return await view(call, call.request.name)
    },
  ),
  rpc(
    'POST',
    `${base}/rename`,
    'models:write',
    { ...name, new_name: { type: 'string', required: true } },
    async (call) => {
      checkUnscoped(call)
      const { name: was, new_name: name } = call.request
      await call.store.transact(call.principal, async (tx) => {
        await changeModel(tx, call.project.id, was, { name })
        for (const type of ofModels)
          await renameThing(tx, { project: call.project.name, type, resource: was }, name)
      })
      return await view(call, call.request.new_name)
    },
  ),
  rpc('DELETE', `${base}/delete`, 'models:write', name, async (call) => {
    checkUnscoped(call)
    const { name: resource } = call.request
    await call.store.transact(call.principal, async (tx) => {
      await deleteModel(tx, call.project.id, resource)
      for (const type of ofModels) await forgetThing(tx, { project: call.project.name, type, resource })
    })
    return {}
  }),
  rpc('GET', `${base}/search`, 'models:read', search, async ({ registry, project, request, reach }) => {
    const page = await registry.searchModels({
      ...onlyVisible(reach),
      projectId: project.id,
      filter: request.filter,
      order: request.order_by,
      limit: pageSize(request.max_results, 100, 1000),
      cursor: request.page_token || undefined,
    })
    return { registered_models: some(page.models.map(modelView)), next_page_token: page.next }
  }),
  rpc(
    ['POST', 'GET'],
    `${base}/get-latest-versions`,
    'models:read',
    { ...name, stages: { type: 'string', list: true } },
    async ({ registry, project, request }) => {
      const { latest } = await registry.model(project.id, request.name)
      const stages = request.stages.map(stageOf)
      const wanted = latest.filter((version) => stages.length === 0 || stages.includes(version.stage))
      return { model_versions: some(wanted.map(versionView)) }
    },
  ),
  rpc(
    'POST',
    `${base}/set-tag`,
    'models:write',
    { ...name, key: { type: 'string', required: true }, value: { type: 'string' } },
    async (call) => {
      checkUnscoped(call)
      const { key, value } = call.request
      await call.store.transact(call.principal, (tx) =>
        changeModel(tx, call.project.id, call.request.name, { setTag: { key, value: value ?? '' } }),
      )
      return {}
    },
  ),
  rpc(
    'DELETE',
    `${base}/delete-tag`,
    'models:write',
    { ...name, key: { type: 'string', required: true } },
    async (call) => {
      checkUnscoped(call)
      await call.store.transact(call.principal, (tx) =>
        changeModel(tx, call.project.id, call.request.name, { removeTag: call.request.key }),
      )
      return {}
    },
  ),
  rpc(
    'POST',
    `${base}/alias`,
    'models:promote',
    { ...alias, version: { type: 'string', required: true } },
    async (call) => {
      const { request, project } = call
      await call.store.transact(call.principal, (tx) =>
        setAlias(tx, {
          projectId: project.id,
          model: request.name,
          alias: request.alias,
          version: versionNumber(request.version),
        }),
      )
      return {}
    },
  ),
  rpc('DELETE', `${base}/alias`, 'models:promote', alias, async (call) => {
    await call.store.transact(call.principal, (tx) =>
      removeAlias(tx, call.project.id, call.request.name, call.request.alias),
    )
    return {}
  }),
  rpc('GET', `${base}/alias`, 'models:read', alias, async ({ registry, project, request }) => ({
    model_version: versionView(await registry.versionByAlias(project.id, request.name, request.alias)),
  })),
]

/** Registers a version: what the platform keeps of the source is taken in by digest, and an ONNX model inspected. */
const createVersion = rpc(
  'POST',
  '/2.0/mlflow/model-versions/create',
  'models:write',
  {
    ...name,
    source: { type: 'string', required: true },
    run_id: { type: 'string' },
    tags: pair,
    run_link: { type: 'string' },
    description: { type: 'string' },
    model_id: { type: 'string' },
  },
  async (call) => {
    const { request, project, principal, registry } = call
    const tags = pairsOf(request.tags)
    refuseHosted(request.source, 'source')
    refuseShare(request.source)
    const given = {
      projectId: project.id,
      source: request.source,
      runId: request.run_id || undefined,
      loggedModelId: request.model_id || undefined,
    }
    if (isPrompt(tags)) {
      checkPromptSource(request.source)
      checkUnscoped(call)
    }
    if (given.loggedModelId !== undefined && !isPrompt(tags))
      await checkLoggedModelThere(call, given.loggedModelId)
    const taken = isPrompt(tags) ? { ...given, files: [] } : await registry.takeIn(given)
    if (taken.runId === undefined) checkUnscoped(call)
    else await checkRun(call, taken.runId)
    await registry.model(project.id, request.name)
    const signature = await registry.inspectFiles(taken.files)
    const { version } = await call.store.transact(principal, (tx) =>
      insertVersion(tx, {
        ...taken,
        projectId: project.id,
        model: request.name,
        runId: /^[0-9a-f]{32}$/.test(taken.runId ?? '') ? taken.runId : undefined,
        namedRun: taken.runId,
        runLink: request.run_link,
        description: request.description,
        signature,
        tags,
      }),
    )
    if (taken.loggedModelId !== undefined && !isPrompt(tags))
      await noteVersion(call, taken.loggedModelId, { name: request.name, version })
    return { model_version: versionView(await registry.versionOfModel(project.id, request.name, version)) }
  },
)

async function checkLoggedModelThere(
  { tracking, project }: Pick<Call, 'tracking' | 'project'>,
  id: string,
): Promise<void> {
  if ((await tracking.loggedModel(project.id, id)) !== undefined) return
  throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Logged model with ID '${id}' not found.`)
}

/** MLflow's server fails on such an address instead of refusing it, and its clients know it by that. */
function refuseShare(source: string): void {
  const { scheme, host } = parseLocation(source)
  if (scheme !== 'file' || host === '' || host === 'localhost' || host === '127.0.0.1') return
  throw new MlflowError(
    'INTERNAL_ERROR',
    `${source} is not a valid remote uri. For remote access on windows, please consider using a different scheme such as ` +
      'SMB (e.g. smb://<hostname>/<path>).',
  )
}

/** A logged model lists the versions that were made of it in a tag, which MLflow's pages read. */
async function noteVersion(
  { store, principal, tracking, project }: Pick<Call, 'store' | 'principal' | 'tracking' | 'project'>,
  id: string,
  version: { name: string; version: number },
): Promise<void> {
  const model = await tracking.loggedModel(project.id, id)
  if (model === undefined) return
  const before = model.tags.find(({ key }) => key === versionsTag)?.value
  const value = withVersion(before, version)
  await store.transact(principal, (tx) =>
    changeLoggedModel(tx, project.id, id, { setTags: [{ key: versionsTag, value }] }),
  )
}

const versionsTag = 'mlflow.modelVersions'

/** As Python writes it. What is there and is no list of versions is replaced. */
function withVersion(before: string | undefined, { name, version }: { name: string; version: number }) {
  const known = /^\[(.+)\]$/.exec(before ?? '')?.[1]
  const own = `{"name": ${JSON.stringify(name)}, "version": ${version}}`
  if (known === undefined) return `[${own}]`
  return known.includes(own) ? `[${known}]` : `[${known}, ${own}]`
}

export const registryRpcs: readonly Rpc[] = [...modelRpcs, createVersion]
