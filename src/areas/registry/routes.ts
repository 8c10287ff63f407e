import { type Route, route } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Permission } from '../../base/permission.ts'
import { models as api } from '../../contract/models.ts'
import { artifactPath, downloadHeaders, joinPath, mediaType } from '../artifacts/index.ts'
import { removeAlias, setAlias } from './alias-writer.ts'
import { compareVersions } from './compare.ts'
import type { RegistryDeps, RegistryFace } from './face.ts'
import { modelView, versionDetail, versionView } from './show.ts'

const read: Permission = { action: 'models:read', on: 'project' }
const write: Permission = { action: 'models:write', on: 'project' }
const promote: Permission = { action: 'models:promote', on: 'project' }

type Deps = RegistryDeps & { readonly registry: RegistryFace }

export function registryRoutes(deps: Deps): Route[] {
  return [...readRoutes(deps), ...versionRoutes(deps), ...changeRoutes(deps)]
}

function readRoutes({ registry }: Deps): Route[] {
  return [
    route(api.list, read, async ({ project, query }) => {
      const page = await registry.searchModels({
        projectId: project.id,
        limit: query.limit ?? 100,
        cursor: query.cursor,
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
        filter: `name = ${quote(params.model)}`,
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
    route(api.ofRun, read, async ({ project, params }) => {
      const versions = await registry.versionsOfRun(project.id, params.run)
      const evaluations = await registry.evaluations(versions.map((version) => version.id))
      return { versions: versions.map((version) => versionView(version, evaluations)) }
    }),
  ]
}

/** Names can't hold both kinds of quotes unseen: `'` is refused by no rule, so the other kind is used for it. */
function quote(name: string): string {
  return name.includes("'") ? `"${name}"` : `'${name}'`
}

function versionRoutes(deps: Deps): Route[] {
  const { artifacts, registry } = deps
  return [
    route(api.version, read, ({ project, params }) => detail(deps, project.id, params.model, params.version)),
    route(api.compare, read, async ({ project, params, query }) =>
      compareVersions(
        await detail(deps, project.id, params.model, query.a),
        await detail(deps, project.id, params.model, query.b),
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

function changeRoutes(deps: Deps): Route[] {
  const { store, artifacts, tracking, registry } = deps
  return [
    route(api.register, write, async ({ project, principal, params, body }) => {
      const run = await tracking.run(project.id, body.run_id)
      const path = artifactPath(body.path ?? '')
      const root = joinPath(artifacts.ownPath(run.artifactUri), path)
      const found = await artifacts.files(project.id, root)
      if (found.length === 0) throw new SlipwayError('not_found', `The run has no files at \`${path}\``)
      const files = found.map((file) => ({
        ...file,
        path: file.path === root ? root.slice(root.lastIndexOf('/') + 1) : file.path.slice(root.length + 1),
      }))
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
    }),
    route(api.setAlias, promote, async ({ project, principal, params, body }) => {
      const { model, alias } = params
      await store.transact(principal, (tx) =>
        setAlias(tx, { projectId: project.id, model, alias, version: body.version }),
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
