import {
  changeVersion,
  deleteVersion,
  moveToStage,
  stageOf,
  versionNumber,
} from '../../areas/registry/index.ts'
import { pageSize } from './experiments.ts'
import { MlflowError } from './failure.ts'
import { onlyVisible } from './limits.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { checkUnscoped } from './scope.ts'
import { some, versionView } from './show.ts'

const base = '/2.0/mlflow/model-versions'
const version = {
  name: { type: 'string', required: true },
  version: { type: 'string', required: true },
} as const
const key = { key: { type: 'string', required: true } } as const

function searchSize(given: number | bigint | undefined): number {
  if (given === undefined || given > 0) return pageSize(given, 10_000, 200_000)
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `Invalid value for max_results. It must be a positive integer, but got ${given}`,
  )
}

type Named = { readonly name: string; readonly version: string }

async function found(call: Pick<Call, 'registry' | 'project'>, request: Named) {
  return await call.registry.versionOfModel(call.project.id, request.name, versionNumber(request.version))
}

async function view(call: Pick<Call, 'registry' | 'project'>, request: Named) {
  return { model_version: versionView(await found(call, request)) }
}

/** Where clients fetch a version's files: those that were taken in, which never change, else where its maker said. */
export const versionFiles = 'model-versions'

export const versionRpcs: readonly Rpc[] = [
  rpc('GET', `${base}/get`, 'models:read', version, (call) => view(call, call.request)),
  rpc(
    'PATCH',
    `${base}/update`,
    'models:write',
    { ...version, description: { type: 'string' } },
    async (call) => {
      checkUnscoped(call)
      const { name, description } = call.request
      const number = versionNumber(call.request.version)
      await call.store.transact(call.principal, (tx) =>
        changeVersion(tx, call.project.id, name, number, { description: description ?? '' }),
      )
      return await view(call, call.request)
    },
  ),
  rpc(
    'POST',
    `${base}/transition-stage`,
    'models:promote',
    { ...version, stage: { type: 'string', required: true }, archive_existing_versions: { type: 'bool' } },
    async (call) => {
      const { name, stage, archive_existing_versions } = call.request
      const number = versionNumber(call.request.version)
      const move = { stage: stageOf(stage), archiveOthers: archive_existing_versions ?? false }
      await call.store.transact(call.principal, (tx) => moveToStage(tx, call.project.id, name, number, move))
      return await view(call, call.request)
    },
  ),
  rpc('DELETE', `${base}/delete`, 'models:write', version, async (call) => {
    checkUnscoped(call)
    const number = versionNumber(call.request.version)
    await call.store.transact(call.principal, (tx) =>
      deleteVersion(tx, call.project.id, call.request.name, number),
    )
    return {}
  }),
  rpc(
    'GET',
    `${base}/search`,
    'models:read',
    {
      filter: { type: 'string' },
      max_results: { type: 'int64' },
      order_by: { type: 'string', list: true },
      page_token: { type: 'string' },
    },
    async ({ registry, project, request, reach }) => {
      const page = await registry.searchVersions({
        ...onlyVisible(reach),
        projectId: project.id,
        filter: request.filter,
        order: request.order_by,
        limit: searchSize(request.max_results),
        cursor: request.page_token || undefined,
      })
      return { model_versions: some(page.versions.map(versionView)), next_page_token: page.next }
    },
  ),
  rpc('GET', `${base}/get-download-uri`, 'models:read', version, async (call) => {
    const { id, files, source } = await found(call, call.request)
    return { artifact_uri: files.length === 0 ? source : `mlflow-artifacts:/${versionFiles}/${id}` }
  }),
  rpc(
    'POST',
    `${base}/set-tag`,
    'models:write',
    { ...version, ...key, value: { type: 'string' } },
    async (call) => {
      checkUnscoped(call)
      const setTag = { key: call.request.key, value: call.request.value ?? '' }
      const number = versionNumber(call.request.version)
      await call.store.transact(call.principal, (tx) =>
        changeVersion(tx, call.project.id, call.request.name, number, { setTag }),
      )
      return {}
    },
  ),
  rpc('DELETE', `${base}/delete-tag`, 'models:write', { ...version, ...key }, async (call) => {
    checkUnscoped(call)
    const removeTag = call.request.key
    const number = versionNumber(call.request.version)
    await call.store.transact(call.principal, (tx) =>
      changeVersion(tx, call.project.id, call.request.name, number, { removeTag }),
    )
    return {}
  }),
]
