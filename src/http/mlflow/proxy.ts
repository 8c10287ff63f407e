import { artifactPath, filePath } from '../../areas/artifacts/index.ts'
import { isRunId } from '../../areas/tracking/index.ts'
import { type FileInfo, listed, sent } from './artifacts.ts'
import { MlflowError } from './failure.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { checkLoggedModel, checkRun, checkUnscoped, scopedRun } from './scope.ts'
import { some } from './show.ts'
import { versionFiles } from './versions.ts'

const base = '/2.0/mlflow-artifacts'

/** Paths within the platform's own store of files: names, never paths of a file system. */
export const proxyRpcs: readonly Rpc[] = [
  rpc('GET', `${base}/artifacts`, 'runs:read', { path: { type: 'string' } }, async (call) => {
    const path = artifactPath(call.request.path ?? '')
    const files = inVersion(path) ? await versionListing(call, path) : await listed(call, path, path)
    return { files: some(files.map((file) => ({ ...file, path: baseName(file.path) }))) }
  }),
  rpc('GET', `${base}/artifacts/*`, 'runs:read', {}, async (call) => {
    const path = filePath(call.params['*'] ?? '')
    return await sent(call, await fileAt(call, path), path)
  }),
  {
    ...rpc('PUT', `${base}/artifacts/*`, 'runs:write', {}, async (call) => {
      const path = await writable(call, filePath(call.params['*'] ?? ''))
      const { principal, project, stream, signal } = call
      await call.artifacts.upload({ principal, projectId: project.id, path, bytes: stream, signal })
      return {}
    }),
    upload: true,
  },
  rpc('DELETE', `${base}/artifacts/*`, 'runs:write', {}, async (call) => {
    const path = await writable(call, filePath(call.params['*'] ?? ''))
    await call.artifacts.remove(call.principal, call.project.id, path)
    return {}
  }),
]

/** The path, when this caller may change what is there. */
export async function writable(call: Call, path: string): Promise<string> {
  if (inVersion(path)) {
    throw new MlflowError('PERMISSION_DENIED', 'Files of registered versions never change.')
  }
  if (scopedRun(call) === undefined) return path
  const segments = path.split('/')
  const runId = segments.find(isRunId)
  const modelId = segments.find((segment) => /^m-[0-9a-f]{32}$/.test(segment))
  const model = modelId === undefined ? undefined : await call.tracking.loggedModel(call.project.id, modelId)
  const run = runId === undefined ? undefined : await call.tracking.findRun(call.project.id, runId)
  if (model !== undefined && isBelow(call, path, model.artifactUri)) await checkLoggedModel(call, model)
  else if (run !== undefined && isBelow(call, path, run.artifactUri)) await checkRun(call, run.id)
  else checkUnscoped(call)
  return path
}

function isBelow(call: Pick<Call, 'artifacts'>, path: string, uri: string): boolean {
  const root = call.artifacts.pathOf(uri)
  return root !== undefined && path.startsWith(`${root}/`)
}

/** The file of a path in the store, or of a version that was registered. */
export async function fileAt(call: Pick<Call, 'artifacts' | 'registry' | 'project'>, path: string) {
  if (!inVersion(path)) return await call.artifacts.find(call.project.id, path)
  const { files, rest } = await versionAt(call, path)
  const file = files.find((one) => one.path === rest)
  return file && call.artifacts.stored(file)
}

function inVersion(path: string): boolean {
  return path.startsWith(`${versionFiles}/`)
}

async function versionAt(call: Pick<Call, 'registry' | 'project'>, path: string) {
  const [, id = '', ...rest] = path.split('/')
  const known = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
  const version = known ? await call.registry.version(id) : undefined
  if (version === undefined || version.projectId !== call.project.id) {
    throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`)
  }
  return { files: version.files, rest: rest.join('/') }
}

async function versionListing(call: Pick<Call, 'registry' | 'project'>, path: string): Promise<FileInfo[]> {
  const { files, rest } = await versionAt(call, path)
  const start = rest === '' ? '' : `${rest}/`
  const found = new Map<string, FileInfo>()
  for (const file of files) {
    if (!file.path.startsWith(start)) continue
    const [name = '', ...deeper] = file.path.slice(start.length).split('/')
    const directory = deeper.length > 0
    found.set(name, { path: name, is_dir: directory, file_size: directory ? undefined : file.size })
  }
  return [...found.values()]
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
