import { Readable } from 'node:stream'
import { filePath, joinPath } from '../../areas/artifacts/index.ts'
import { MlflowError } from './failure.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { checkRun } from './scope.ts'

const largest = 10 * 1024 * 1024

/** How MLflow's pages put a small file beside a run's others. */
export const pageUploadRpcs: readonly Rpc[] = [
  {
    ...rpc('POST', '/2.0/mlflow/upload-artifact', 'runs:write', {}, async (call) => {
      const id = asked(call, 'run_uuid')
      const path = filePath(asked(call, 'path'))
      await checkRun(call, id)
      const bytes = await bytesOf(call)
      await storeFile(call, id, path, bytes)
      return {}
    }),
    upload: true,
  },
]

/** Puts a file below a run's artifacts. */
export async function storeFile(
  call: Pick<Call, 'tracking' | 'artifacts' | 'principal' | 'project' | 'signal'>,
  runId: string,
  path: string,
  bytes: Buffer,
): Promise<void> {
  const run = await call.tracking.run(call.project.id, runId)
  await call.artifacts.upload({
    principal: call.principal,
    projectId: call.project.id,
    path: joinPath(call.artifacts.ownPath(run.artifactUri), path),
    bytes: Readable.from([bytes]),
    signal: call.signal,
  })
}

function asked(call: Pick<Call, 'query'>, name: string): string {
  const value = [call.query[name]].flat()[0]
  if (value) return value
  throw invalid(`Request must specify ${name}.`)
}

async function bytesOf(call: Pick<Call, 'stream'>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of call.stream) {
    size += chunk.length
    if (size > largest) throw invalid('Artifact size is too large. Max size is 10MB.')
    chunks.push(chunk)
  }
  if (size === 0) throw invalid('Request must specify data.')
  return Buffer.concat(chunks)
}

function invalid(message: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', message)
}
