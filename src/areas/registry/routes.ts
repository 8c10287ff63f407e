import { type Route, route } from '../../base/area.ts'
import { decodeCursor, encodeCursor } from '../../base/cursor.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Permission } from '../../base/permission.ts'
import type { Principal } from '../../base/principal.ts'
import { models as api } from '../../contract/models.ts'
import { artifactPath, downloadHeaders, joinPath, mediaType } from '../artifacts/index.ts'
import { removeAlias, rollBackAlias, setAlias } from './alias-writer.ts'
import { stepsOf } from './change.ts'
import { compareVersions, type Side } from './compare.ts'
import { contentsOf } from './contents.ts'
import type { RegistryDeps, RegistryFace } from './face.ts'
import { historyOf } from './history.ts'
import { changeModel } from './model-writer.ts'
import { checkFiles } from './register.ts'
import { modelView, textsOf, versionDetail, versionView } from './show.ts'
import { changeVersion } from './version-writer.ts'

const read: Permission = { action: 'models:read', on: 'project' }
const write: Permission = { action: 'models:write', on: 'project' }
const promote: Permission = { action: 'models:promote', on: 'project' }

type Deps = RegistryDeps & { readonly registry: RegistryFace }

export function registryRoutes(deps: Deps): Route[] {
  return [
    ...readRoutes(deps),
    ...versionRoutes(deps),
    registerRoute(deps),
    ...changeRoutes(deps),
    ...aliasRoutes(deps),
  ]
}

function readRoutes({ store, registry }: Deps): Route[] {
  return [
    route(api.list, read, async ({ project, query }) => {
      const page = await registry.searchModels({
        projectId: project.id,
        limit: query.limit ?? 100,
        cursor: query.cursor,
        part: query.search,
        prompts: query.prompts ?? false,
      })
      const ids = page.models.flatMap((model) => model.latest.map((version) => version.id))
      const evaluations = await registry.evaluations(ids)
      return {
        models: page.models.map((model) => modelView(model, evaluations)),
        ...(page.next === undefined ? {} : { next: page.next }),
      }
    }),
    route(api.get, read, ({ project, params }) => shownModel(registry, project.id, params.model)),
    route(api.versions, read, async ({ project, params, query }) => {
      await registry.model(project.id, params.model)
      const page = await registry.searchVersions({
        projectId: project.id,
        model: params.model,
        prompts: 'both',
        order: ['version_number DESC'],
        limit: query.limit ?? 100,
        cursor: query.cursor,
      })
      const evaluations = await registry.evaluations(page.versions.map((version) => version.id))
      return {
        versions: page.versions.map((version) => versionView(version, evaluations)),
        ...(page.next === undefined ? {} : { next: page.next }),
      }
    }),
    route(api.history, read, async ({ project, params, query }) => {
      const model = await registry.model(project.id, params.model)
      const limit = query.limit ?? 100
      const before = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ['string'])[0]
      const found = await historyOf(store.read, model.id, { before, limit: limit + 1 })
      const entries = found.slice(0, limit)
      const last = entries.at(-1)
      return {
        entries,
        ...(found.length > limit && last !== undefined ? { next: encodeCursor([last.id]) } : {}),
      }
    }),
    route(api.ofRun, read, async ({ project, params }) => {
      const versions = await registry.versionsOfRun(project.id, params.run)
      const evaluations = await registry.evaluations(versions.map((version) => version.id))
      return { versions: versions.map((version) => versionView(version, evaluations)) }
    }),
  ]
}

function versionRoutes(deps: Deps): Route[] {
  const { artifacts, blobs, registry } = deps
  return [
    route(api.version, read, ({ project, params }) => detail(deps, project.id, params.model, params.version)),
    route(api.contents, read, async ({ project, params }) => {
      const version = await registry.versionOfModel(project.id, params.model, params.version)
      return await contentsOf(blobs, version.files)
    }),
    route(api.compare, read, async ({ project, params, query }) =>
      compareVersions(
        await sideOf(deps, project.id, params.model, query.a),
        await sideOf(deps, project.id, params.model, query.b),
      ),
    ),
    route(api.download, read, async ({ project, params, query }) => {
      const version = await registry.versionOfModel(project.id, params.model, params.version)
      const path = artifactPath(query.path)
      const file = version.files.find((one) => one.path === path)
      if (file === undefined) throw new SlipwayError('not_found', `The version has no file \`${path}\``)
      return {
        stream: await artifacts.stored(file).read(),
        type: mediaType(path),
        size: file.size,
        headers: downloadHeaders(path),
      }
    }),
  ]
}

function registerRoute(deps: Deps): Route {
  const { store, artifacts, blobs, tracking, registry } = deps
  return route(api.register, write, async ({ project, principal, params, body }) => {
    checkScope(principal, body.run_id)
    const run = await tracking.run(project.id, body.run_id)
    const path = artifactPath(body.path ?? '')
    const root = joinPath(artifacts.ownPath(run.artifactUri), path)
    const found = await artifacts.files(project.id, root)
    if (found.length === 0) throw new SlipwayError('not_found', `The run has no files at \`${path}\``)
    const files = found.map((file) => ({
      ...file,
      path: file.path === root ? root.slice(root.lastIndexOf('/') + 1) : file.path.slice(root.length + 1),
    }))
    await checkFiles(blobs, files)
    const signature = await registry.inspectFiles(files)
    const { version } = await store.transact(principal, (tx) =>
      registry.registerVersion(tx, {
        projectId: project.id,
        model: params.model,
        runId: body.run_id,
        source: `runs:/${body.run_id}/${path}`,
        files,
        signature,
        description: body.description,
        tags: Object.entries(body.tags ?? {}).map(([key, value]) => ({ key, value })),
      }),
    )
    return await detail(deps, project.id, params.model, String(version))
  })
}

function changeRoutes(deps: Deps): Route[] {
  const { store, registry } = deps
  return [
    route(api.update, write, async ({ project, principal, params, body }) => {
      checkScope(principal)
      const steps = stepsOf(body)
      if (steps.length > 0) {
        await store.transact(principal, async (tx) => {
          for (const step of steps) await changeModel(tx, project.id, params.model, step)
        })
      }
      return await shownModel(registry, project.id, params.model)
    }),
    route(api.updateVersion, write, async ({ project, principal, params, body }) => {
      checkScope(principal)
      const { version } = await registry.versionOfModel(project.id, params.model, params.version)
      const steps = stepsOf(body)
      if (steps.length > 0) {
        await store.transact(principal, async (tx) => {
          for (const step of steps) await changeVersion(tx, project.id, params.model, version, step)
        })
      }
      return await detail(deps, project.id, params.model, String(version))
    }),
  ]
}

function aliasRoutes(deps: Deps): Route[] {
  const { store, registry } = deps
  return [
    route(api.setAlias, promote, async ({ project, principal, params, body }) => {
      const { model, alias } = params
      await store.transact(principal, (tx) =>
        setAlias(tx, { projectId: project.id, model, alias, version: body.version }),
      )
      return await shownModel(registry, project.id, model)
    }),
    route(api.rollBack, promote, async ({ project, principal, params, body }) => {
      const { model, alias } = params
      await store.transact(principal, (tx) =>
        rollBackAlias(tx, { projectId: project.id, model, alias, version: body.version }),
      )
      return await shownModel(registry, project.id, model)
    }),
    route(api.deleteAlias, promote, async ({ project, principal, params }) => {
      await store.transact(principal, (tx) => removeAlias(tx, project.id, params.model, params.alias))
      return await shownModel(registry, project.id, params.model)
    }),
  ]
}

async function shownModel(registry: RegistryFace, projectId: string, name: string) {
  const model = await registry.model(projectId, name)
  return modelView(model, await registry.evaluations(model.latest.map((version) => version.id)))
}

async function detail(deps: Deps, projectId: string, name: string, which: string) {
  const version = await deps.registry.versionOfModel(projectId, name, which)
  const run = version.runId === null ? undefined : await deps.tracking.findRun(projectId, version.runId)
  const evaluations = await deps.registry.evaluations(version.id)
  const ids = [version.datasetVersionId, ...evaluations.map((one) => one.dataset_version_id)]
  const names = new Map<string, string>()
  for (const id of new Set(ids)) {
    const name = id === null ? undefined : await deps.datasetName?.(id)
    if (id !== null && name !== undefined) names.set(id, name)
  }
  return versionDetail(version, evaluations, run, names)
}

async function sideOf(deps: Deps, projectId: string, model: string, which: string): Promise<Side> {
  const version = await detail(deps, projectId, model, which)
  const run = version.run_id === null ? undefined : await deps.tracking.findRun(projectId, version.run_id)
  return {
    version,
    contents: await contentsOf(deps.blobs, version.files),
    runTags: textsOf(run?.tags ?? []),
    runDatasets: run?.datasets ?? [],
  }
}

/** The token of a run registers what this run made, and changes nothing else. */
function checkScope(principal: Principal, runId?: string): void {
  const own = principal.kind === 'system' ? undefined : principal.scope?.runId
  if (own === undefined || own === runId) return
  throw new SlipwayError('forbidden', 'This token may only write to its own run.')
}
