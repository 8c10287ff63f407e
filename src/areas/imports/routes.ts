import { type Route, route } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Permission } from '../../base/permission.ts'
import { imports } from '../../contract/imports.ts'
import { artifactPath, joinPath } from '../artifacts/index.ts'
import type { ImportDeps } from './deps.ts'
import { createReader } from './reader.ts'
import { writeRecords } from './write.ts'
import { beginImport } from './writer.ts'

const permission: Permission = { action: 'imports:write', on: 'project' }

export function importRoutes(deps: ImportDeps): Route[] {
  const { store, artifacts } = deps
  const reader = createReader(store)
  return [
    route(imports.list, permission, async ({ project }) => ({ imports: await reader.list(project.id) })),
    route(imports.begin, permission, async ({ project, principal, body }) => {
      const id = await store.transact(principal, (tx) => beginImport(tx, project.id, body.source))
      return await reader.get(project.id, id)
    }),
    route(imports.items, permission, async ({ project, params, query }) => {
      await reader.get(project.id, params.import)
      return await reader.items(params.import, { limit: query.limit ?? 1000, cursor: query.cursor })
    }),
    route(imports.write, permission, async ({ project, principal, params, body }) => {
      const { id } = await reader.get(project.id, params.import)
      const { records } = body
      const home = await artifacts.home(project.id)
      const call = { principal, projectId: project.id, importId: id, records, home }
      return { targets: await writeRecords(deps, reader, call) }
    }),
    ...fileRoutes(deps, reader),
  ]
}

function fileRoutes(deps: ImportDeps, reader: ReturnType<typeof createReader>): Route[] {
  const { artifacts, tracking } = deps

  async function rootOf(projectId: string, of: { owner: 'run' | 'logged_model'; id: string }) {
    if (of.owner === 'run') return artifacts.ownPath((await tracking.run(projectId, of.id)).artifactUri)
    const model = await tracking.loggedModel(projectId, of.id, { deleted: true })
    if (model === undefined) throw new SlipwayError('not_found', `There is no logged model ${of.id}`)
    return artifacts.ownPath(model.artifactUri)
  }

  return [
    route(imports.files, permission, async ({ project, params, query }) => {
      await reader.get(project.id, params.import)
      const root = await rootOf(project.id, query)
      const files = await artifacts.files(project.id, root)
      return { files: files.map((file) => ({ ...file, path: file.path.slice(root.length + 1) })) }
    }),
    route(imports.upload, permission, async ({ project, principal, params, query, stream, signal }) => {
      await reader.get(project.id, params.import)
      const root = await rootOf(project.id, query)
      const path = joinPath(root, artifactPath(query.path))
      const stored = await artifacts.upload({ principal, projectId: project.id, path, bytes: stream, signal })
      return { ...stored, path: stored.path.slice(root.length + 1) }
    }),
  ]
}
