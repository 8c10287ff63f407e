import {
  artifactPath,
  byteRange,
  downloadHeaders,
  type FileToRead,
  joinPath,
  mediaType,
} from '../../areas/artifacts/index.ts'
import { versionNumber } from '../../areas/registry/index.ts'
import { MlflowError } from './failure.ts'
import { type Call, FileAnswer, type Rpc, rpc } from './rpc.ts'
import { runOf } from './runs.ts'
import { some } from './show.ts'

export interface FileInfo {
  readonly path: string
  readonly is_dir: boolean
  readonly file_size: number | undefined
}

/** What a directory holds, with paths from the root. */
export async function listed(
  call: Pick<Call, 'artifacts' | 'project'>,
  root: string,
  directory: string,
): Promise<FileInfo[]> {
  const entries = await call.artifacts.list(call.project.id, directory)
  return entries.map((entry) => ({
    path: root === '' ? entry.path : entry.path.slice(root.length + 1),
    is_dir: entry.directory,
    file_size: entry.size ?? undefined,
  }))
}

/** The bytes of a file as an attachment, or the range of them that is asked for. */
export async function sent(
  call: Pick<Call, 'headers'>,
  file: FileToRead | undefined,
  path: string,
): Promise<FileAnswer> {
  if (file === undefined) throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`)
  const range = byteRange(call.headers.range, file.size)
  if (range === 'outside') {
    throw new MlflowError('BAD_REQUEST', `The range lies outside the file of ${file.size} bytes`)
  }
  const headers = {
    ...downloadHeaders(file.path),
    'content-type': mediaType(file.path),
    'accept-ranges': 'bytes',
    etag: `"${file.etag}"`,
  }
  const stream = await file.read(range)
  if (range === undefined) {
    return new FileAnswer(stream, 200, { ...headers, 'content-length': String(file.size) })
  }
  return new FileAnswer(stream, 206, {
    ...headers,
    'content-length': String(range.end - range.start),
    'content-range': `bytes ${range.start}-${range.end - 1}/${file.size}`,
  })
}

async function refuseDirectory(call: Pick<Call, 'artifacts' | 'project'>, path: string): Promise<void> {
  const entries = await call.artifacts.list(call.project.id, path)
  if (entries.length === 0) return
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `Artifact path refers to a directory, not a file: '${path}'`,
  )
}

const runId = { run_id: { type: 'string', or: 'run_uuid' }, run_uuid: { type: 'string' } } as const

export const artifactRpcs: readonly Rpc[] = [
  rpc(
    'GET',
    '/2.0/mlflow/artifacts/list',
    'runs:read',
    { ...runId, path: { type: 'string' }, page_token: { type: 'string' } },
    async (call) => {
      const path = artifactPath(call.request.path ?? '')
      const { artifactUri } = await call.tracking.run(call.project.id, runOf(call.request))
      const root = call.artifacts.pathOf(artifactUri)
      const files = root === undefined ? [] : await listed(call, root, joinPath(root, path))
      return { root_uri: artifactUri, files: some(files) }
    },
  ),
]

/** Paths of MLflow's pages, which stand at the root. */
export const pageRpcs: readonly Rpc[] = [
  rpc(
    'GET',
    '/get-artifact',
    'runs:read',
    { ...runId, path: { type: 'string', required: true } },
    async (call) => {
      const path = artifactPath(call.request.path)
      const run = await call.tracking.run(call.project.id, runOf(call.request))
      const root = call.artifacts.ownPath(run.artifactUri)
      const whole = joinPath(root, path)
      const file = await call.artifacts.find(call.project.id, whole)
      if (file === undefined) await refuseDirectory(call, whole)
      return await sent(call, file, path)
    },
  ),
  rpc(
    'GET',
    '/model-versions/get-artifact',
    'models:read',
    {
      name: { type: 'string', required: true },
      version: { type: 'string', required: true },
      path: { type: 'string', required: true },
    },
    async (call) => {
      const { name, version } = call.request
      const path = artifactPath(call.request.path)
      const { files } = await call.registry.versionOfModel(call.project.id, name, versionNumber(version))
      const file = files.find((one) => one.path === path)
      return await sent(call, file && call.artifacts.stored(file), path)
    },
  ),
]
