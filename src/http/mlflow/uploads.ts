import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  type Artifacts,
  artifactPath,
  filePath,
  joinPath,
  parseLocation,
} from '../../areas/artifacts/index.ts'
import { SlipwayError } from '../../base/error.ts'
import { sent } from './artifacts.ts'
import { MlflowError } from './failure.ts'
import { fileAt, writable } from './proxy.ts'
import { type Call, FileAnswer, type Rpc, rpc } from './rpc.ts'
import { checkLoggedModel, checkRun } from './scope.ts'

const base = '/2.0/mlflow-artifacts'
/** How long an address of bytes is good when the client does not say. In seconds. */
const readSeconds = 3600
const writeSeconds = 900
const mostSeconds = 604_800

const part = {
  type: 'message',
  list: true,
  fields: { part_number: { type: 'int64' }, etag: { type: 'string' }, url: { type: 'string' } },
} as const

const file = { path: { type: 'string', required: true } } as const

/** Uploads in parts and downloads by ranges, past the API where the storage can be reached. */
export const uploadRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    `${base}/mpu/create/*`,
    'runs:write',
    { ...file, num_parts: { type: 'int64' } },
    async (call) => {
      refuseUnless(call.artifacts.capabilities.parts, 'Multipart upload')
      const path = await target(call, call.request.path)
      const { principal, project, artifacts } = call
      const count = Number(call.request.num_parts ?? 0)
      const { id, addresses } = await artifacts.beginParts({ principal, projectId: project.id, path }, count)
      const credentials = addresses.map((url, index) => ({
        url: url ?? partAddress(call, id, index + 1),
        part_number: index + 1,
        headers: {},
      }))
      return { upload_id: id, credentials }
    },
  ),
  rpc(
    'POST',
    `${base}/mpu/complete/*`,
    'runs:write',
    { ...file, upload_id: { type: 'string' }, parts: { ...part, required: true } },
    async (call) => {
      const path = await target(call, call.request.path)
      const { principal, project, artifacts, request } = call
      const parts = request.parts.map((one) => ({ number: Number(one.part_number), etag: one.etag ?? '' }))
      await artifacts.finishParts({ principal, projectId: project.id, path }, request.upload_id ?? '', parts)
      return {}
    },
  ),
  rpc(
    'POST',
    `${base}/mpu/abort/*`,
    'runs:write',
    { ...file, upload_id: { type: 'string' } },
    async (call) => {
      const path = await target(call, call.request.path)
      const { principal, project, artifacts, request } = call
      await artifacts.abortParts({ principal, projectId: project.id, path }, request.upload_id ?? '')
      return {}
    },
  ),
  rpc('GET', `${base}/presigned/*`, 'runs:read', {}, async (call) => {
    refuseUnless(call.artifacts.capabilities.parts, 'Multipart download')
    const { url, size } = await readAddress(call, filePath(call.params['*'] ?? ''), readSeconds)
    return { url, headers: {}, file_size: size }
  }),
  rpc(
    'POST',
    '/2.0/mlflow/artifacts/presigned-upload-url',
    'runs:write',
    { ...file, run_id: { type: 'string' }, model_id: { type: 'string' }, expiration: { type: 'int64' } },
    async (call) => {
      const { principal, project, artifacts, request } = call
      const uri = await homeOf(call, request.run_id ?? '', request.model_id ?? '')
      const path = filePath(request.path)
      const seconds = secondsOf(request.expiration, writeSeconds)
      refuseDirect(call, uri, 'upload')
      const whole = { principal, projectId: project.id, path: joinPath(artifacts.ownPath(uri), path) }
      return { presigned_url: await artifacts.beginWhole(whole, seconds), headers: {} }
    },
  ),
  rpc(
    'POST',
    '/2.0/mlflow/artifacts/presigned-download-url',
    'runs:read',
    { ...file, run_id: { type: 'string', required: true }, expiration: { type: 'int64' } },
    async (call) => {
      const { request } = call
      const path = filePath(request.path)
      const seconds = secondsOf(request.expiration, readSeconds)
      const { artifactUri } = await call.tracking.run(call.project.id, request.run_id)
      refuseDirect(call, artifactUri, 'download')
      const { url, size } = await readAddress(
        call,
        joinPath(call.artifacts.ownPath(artifactUri), path),
        seconds,
      )
      return { presigned_url: url, headers: {}, file_size: size }
    },
  ),
]

/** The file that a client means: it gives the directory in the address and its own path of the file in the message. */
async function target(call: Call, local: string): Promise<string> {
  const name = local.slice(Math.max(local.lastIndexOf('/'), local.lastIndexOf('\\')) + 1)
  return await writable(call, joinPath(artifactPath(call.params['*'] ?? ''), filePath(name)))
}

async function homeOf(call: Call, runId: string, modelId: string): Promise<string> {
  if ((runId === '') === (modelId === '')) {
    throw new MlflowError('INVALID_PARAMETER_VALUE', 'Exactly one of run_id and model_id must be provided.')
  }
  if (runId !== '') {
    await checkRun(call, runId)
    return (await call.tracking.run(call.project.id, runId)).artifactUri
  }
  const model = await call.tracking.loggedModel(call.project.id, modelId)
  if (model === undefined) {
    throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Logged model with ID '${modelId}' not found.`)
  }
  await checkLoggedModel(call, model)
  return model.artifactUri
}

function refuseDirect(call: Call, uri: string, way: 'upload' | 'download'): void {
  if (call.artifacts.capabilities.direct && call.artifacts.pathOf(uri) !== undefined) return
  const { scheme } = parseLocation(uri)
  if (['http', 'https', 'mlflow-artifacts'].includes(scheme)) {
    const things = way === 'upload' ? 'proxied artifact storage' : 'runs with proxied artifact storage'
    const needed =
      way === 'upload'
        ? 'a direct cloud storage artifact URI'
        : 'a run with a direct cloud storage artifact URI'
    throw new MlflowError(
      'INVALID_PARAMETER_VALUE',
      `Presigned ${way} is not supported for ${things} (artifact URI scheme: ${scheme}). This endpoint requires ${needed}.`,
    )
  }
  refuseUnless(false, `Presigned ${way}`)
}

function refuseUnless(supported: boolean, what: string): void {
  if (supported) return
  throw new MlflowError('NOT_IMPLEMENTED', `${what} is not supported for the current artifact repository`)
}

function secondsOf(given: number | bigint | undefined, standard: number): number {
  const seconds = given === undefined ? standard : Number(given)
  if (seconds >= 1 && seconds <= mostSeconds) return seconds
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `expiration must be between 1 and ${mostSeconds} seconds (got ${seconds}).`,
  )
}

async function readAddress(
  call: Call,
  path: string,
  seconds: number,
): Promise<{ url: string; size: number }> {
  const found = await fileAt(call, path)
  if (found === undefined) throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`)
  const direct = await call.artifacts.readAddress(found, seconds)
  const name = path.slice(path.lastIndexOf('/') + 1)
  const signed = call.artifacts.signer.sign(['GET', found.digest ?? '', String(found.size), name], seconds)
  const query = new URLSearchParams({ ...signed, size: String(found.size), name })
  return { url: direct ?? `${call.origin}/api${base}/signed/${found.digest}?${query}`, size: found.size }
}

function partAddress(call: Call, id: string, number: number): string {
  const signed = call.artifacts.signer.sign(['PUT', id, String(number)], 24 * 3600)
  return `${call.origin}/api${base}/mpu/part/${id}/${number}?${new URLSearchParams({ ...signed })}`
}

/** Addresses that carry their own permission: what the platform itself signed for one part or one file. */
export function signedRoutes(scope: FastifyInstance, artifacts: Artifacts): void {
  const check = (request: FastifyRequest, what: readonly string[]) => {
    const { expires = '', signature = '' } = request.query as Record<string, string>
    if (artifacts.signer.holds(what, { expires: String(expires), signature: String(signature) })) return
    throw new MlflowError('PERMISSION_DENIED', 'The signature of this address is wrong, or it has expired.')
  }
  scope.put(`${base}/mpu/part/:upload/:part`, async (request, reply) => {
    const { upload = '', part: number = '' } = request.params as Record<string, string>
    check(request, ['PUT', upload, number])
    const size = Number(request.headers['content-length'] ?? Number.NaN)
    if (!Number.isInteger(size)) throw new SlipwayError('invalid_argument', 'A part says its length.')
    const stream = request.body instanceof Readable ? request.body : Readable.from([])
    const { etag } = await artifacts.putPart(upload, Number(number), stream, { size })
    return reply.header('etag', etag).send({})
  })
  scope.get(`${base}/signed/:digest`, async (request, reply) => {
    const { digest = '' } = request.params as Record<string, string>
    const { size = '', name = '' } = request.query as Record<string, string>
    check(request, ['GET', digest, size, name])
    const stored = artifacts.stored({ path: name, digest, size: Number(size) })
    const answer = await sent({ headers: request.headers }, stored, name)
    if (!(answer instanceof FileAnswer)) return answer
    return reply.code(answer.status).headers(answer.headers).send(answer.stream)
  })
}
