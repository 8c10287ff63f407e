import { SlipwayError } from '../../base/error.ts'
import type { Principal } from '../../base/principal.ts'
import { type Artifacts, type Entry, type FileToRead, joinPath } from '../artifacts/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Tracking } from '../tracking/index.ts'

/** The files of one run, logged model or registered version, by paths from their own root. */
export interface Owned {
  list(path: string): Promise<Entry[]>
  find(path: string): Promise<FileToRead | undefined>
  /** Every file below a path, or the one there. */
  each(path: string): AsyncIterable<FileToRead>
  /** Where a file of that path is stored, for who may change it. Fails with `wrong_state` or `forbidden`. */
  writable(principal: Principal, path: string): string
}

export interface OwnerDeps {
  readonly artifacts: Artifacts
  readonly tracking: Tracking
  readonly registry: Registry
}

/** Finds whose files are meant: `runs/<run>`, `logged-models/<model>` or `models/<name>/<version>`. */
export async function ownerOf(deps: OwnerDeps, projectId: string, of: string): Promise<Owned> {
  const [kind, name = '', version = ''] = of.split('/')
  if (kind === 'models') return await ofVersion(deps, projectId, name, version)
  if (kind === 'logged-models') {
    const model = await deps.tracking.loggedModel(projectId, name)
    if (model === undefined) throw new SlipwayError('not_found', `There is no logged model ${name}`)
    return ofPlace(deps, projectId, model.artifactUri, model.sourceRunId ?? undefined)
  }
  const run = await deps.tracking.run(projectId, name)
  return ofPlace(deps, projectId, run.artifactUri, run.id)
}

function ofPlace(deps: OwnerDeps, projectId: string, uri: string, runId: string | undefined): Owned {
  const { artifacts } = deps
  const root = artifacts.pathOf(uri)
  const own = (path: string) => path.slice((root?.length ?? 0) + 1)
  return {
    async list(path) {
      if (root === undefined) return []
      const entries = await artifacts.list(projectId, joinPath(root, path))
      return entries.map((entry) => ({ ...entry, path: own(entry.path) }))
    },
    async find(path) {
      const file = await artifacts.find(projectId, joinPath(artifacts.ownPath(uri), path))
      return file && { ...file, path: own(file.path) }
    },
    async *each(path) {
      for await (const file of artifacts.each(projectId, joinPath(artifacts.ownPath(uri), path))) {
        yield { ...file, path: own(file.path) }
      }
    },
    writable(principal, path) {
      const scope = principal.kind === 'system' ? undefined : principal.scope?.runId
      if (scope !== undefined && scope !== runId) {
        throw new SlipwayError('forbidden', 'This token may only write to its own run.')
      }
      return joinPath(artifacts.ownPath(uri), path)
    },
  }
}

async function ofVersion(
  { artifacts, registry }: OwnerDeps,
  projectId: string,
  name: string,
  version: string,
): Promise<Owned> {
  const { files } = await registry.versionOfModel(projectId, name, version)
  return {
    list: async (path) => childrenOf(files, path),
    async find(path) {
      const file = files.find((one) => one.path === path)
      return file && artifacts.stored(file)
    },
    async *each(path) {
      for (const file of files) {
        if (path === '' || file.path === path || file.path.startsWith(`${path}/`))
          yield artifacts.stored(file)
      }
    },
    writable() {
      throw new SlipwayError('wrong_state', 'Files of registered versions never change.')
    },
  }
}

/** The children of a directory in a list of files. */
function childrenOf(
  files: readonly { path: string; digest: string; size: number }[],
  directory: string,
): Entry[] {
  const start = directory === '' ? '' : `${directory}/`
  const found = new Map<string, Entry>()
  for (const file of files) {
    if (!file.path.startsWith(start)) continue
    const [name = '', ...deeper] = file.path.slice(start.length).split('/')
    const inside = deeper.length > 0
    found.set(name, {
      path: start + name,
      directory: inside,
      size: inside ? null : file.size,
      digest: inside ? null : file.digest,
    })
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
