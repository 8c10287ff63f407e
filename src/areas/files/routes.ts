import { type Route, route } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Permission } from '../../base/permission.ts'
import { artifacts as api } from '../../contract/artifacts.ts'
import { artifactPath, filePath } from '../artifacts/index.ts'
import { downloadOf } from './download.ts'
import { type OwnerDeps, ownerOf } from './owner.ts'
import { previewOf } from './preview.ts'
import type { TableDeps } from './table.ts'
import { verify } from './verify.ts'

const read: Permission = { action: 'runs:read', on: 'project' }
const write: Permission = { action: 'runs:write', on: 'project' }

export function fileRoutes(deps: OwnerDeps & TableDeps): Route[] {
  async function find(projectId: string, of: string, path: string) {
    const owner = await ownerOf(deps, projectId, of)
    const file = await owner.find(filePath(path))
    if (file !== undefined) return file
    throw new SlipwayError('not_found', `There is no file \`${path}\``)
  }
  return [
    route(api.list, read, async ({ project, query }) => {
      const owner = await ownerOf(deps, project.id, query.of)
      return { artifacts: await owner.list(artifactPath(query.path ?? '')) }
    }),
    route(api.preview, read, async ({ project, query, signal }) => {
      const file = await find(project.id, query.of, query.path)
      const { offset = 0, limit, as } = query
      return await previewOf(deps, file, { offset, limit, as, signal })
    }),
    route(api.content, read, async ({ project, query, headers }) => {
      const file = await find(project.id, query.of, query.path)
      return await downloadOf(file, headers, query.inline === true)
    }),
    route(api.upload, write, async ({ project, principal, query, stream, signal }) => {
      const owner = await ownerOf(deps, project.id, query.of)
      const path = filePath(query.path)
      const stored = await deps.artifacts.upload({
        principal,
        projectId: project.id,
        path: owner.writable(principal, path),
        bytes: stream,
        signal,
        ...(query.digest === undefined ? {} : { expect: query.digest }),
      })
      return { ...stored, path }
    }),
    route(api.delete, write, async ({ project, principal, query }) => {
      const owner = await ownerOf(deps, project.id, query.of)
      const path = owner.writable(principal, filePath(query.path))
      return { removed: await deps.artifacts.remove(principal, project.id, path) }
    }),
    route(api.verify, read, async ({ project, body, signal }) => {
      const owner = await ownerOf(deps, project.id, body.of)
      return await verify(owner.each(artifactPath(body.path ?? '')), signal)
    }),
  ]
}
