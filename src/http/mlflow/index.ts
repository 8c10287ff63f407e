import { STATUS_CODES } from 'node:http'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../../base/log.ts'
import { artifactRpcs, pageRpcs } from './artifacts.ts'
import { assessmentRpcs } from './assessments.ts'
import { type Body, parseBody } from './body.ts'
import { datasetRpcs } from './datasets.ts'
import { evaluationDatasetRpcs } from './evaluation-datasets.ts'
import { experimentRpcs } from './experiments.ts'
import { MlflowError, mlflowFailure } from './failure.ts'
import { createGate } from './gate.ts'
import { gatewayRpcs } from './gateway.ts'
import { answerGraphql, readGraphql } from './graphql/index.ts'
import { issueRpcs } from './issues.ts'
import { labelSchemaRpcs } from './label-schemas.ts'
import { limited } from './limits.ts'
import { loggedModelRpcs } from './logged-models.ts'
import { readBody, readQuery } from './message.ts'
import { metricRpcs } from './metrics.ts'
import { registryRpcs } from './models.ts'
import { otlpRpcs } from './otlp.ts'
import { pageUploadRpcs } from './page-uploads.ts'
import { permissionRpcs } from './permissions.ts'
import { probes, serverInfo } from './probes.ts'
import { promptlabRpcs } from './promptlab.ts'
import { proxyRpcs } from './proxy.ts'
import { reviewQueueRpcs } from './review-queues.ts'
import { roleRpcs } from './roles.ts'
import { type Areas, type Call, FileAnswer, type Rpc, StatusAnswer } from './rpc.ts'
import { runLinkRpcs } from './run-links.ts'
import { runRpcs } from './runs.ts'
import { scorerRpcs } from './scorers.ts'
import { traceMetricRpcs } from './trace-metrics.ts'
import { traceSpanRpcs } from './trace-spans.ts'
import { traceRpcs } from './traces.ts'
import { legacyTraceRpcs } from './traces-legacy.ts'
import { signedRoutes, uploadRpcs } from './uploads.ts'
import { userRpcs } from './users.ts'
import { versionRpcs } from './versions.ts'
import { webhookRpcs } from './webhooks.ts'
import { workspaceRpcs } from './workspaces.ts'

/** What came with a request. */
interface Sent {
  readonly read: () => Promise<Call['request']>
  readonly stream: Readable
  readonly signal: AbortSignal
}

export interface MlflowDeps extends Areas {
  readonly log: Log
  /** Where the platform begins below its address, behind a proxy: '' or '/slipway'. */
  readonly basePath?: string
}

const rpcs: readonly Rpc[] = [
  ...experimentRpcs,
  ...runRpcs,
  ...runLinkRpcs,
  ...datasetRpcs,
  ...promptlabRpcs,
  ...pageUploadRpcs,
  ...gatewayRpcs,
  ...metricRpcs,
  ...artifactRpcs,
  ...proxyRpcs,
  ...uploadRpcs,
  ...loggedModelRpcs,
  ...registryRpcs,
  ...versionRpcs,
  ...traceRpcs,
  ...traceSpanRpcs,
  ...legacyTraceRpcs,
  ...assessmentRpcs,
  ...traceMetricRpcs,
  ...evaluationDatasetRpcs,
  ...scorerRpcs,
  ...issueRpcs,
  ...labelSchemaRpcs,
  ...reviewQueueRpcs,
  ...webhookRpcs,
  ...userRpcs,
  ...roleRpcs,
  ...permissionRpcs,
  ...workspaceRpcs,
]

/** JSON bodies beyond this many bytes are refused. */
const largestBody = 32 * 1024 * 1024

/**
 * MLflow's REST API as a Fastify plugin. It only translates: what a call means is in the areas. Clients reach it at
 * `/api` and `/ajax-api`; unknown paths below these are answered as MLflow's clients expect.
 */
export function createMlflow(deps: MlflowDeps): (app: FastifyInstance) => Promise<void> {
  const { pass } = createGate(deps.access)

  async function answer(rpc: Rpc, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const stream = request.body instanceof Readable ? request.body : Readable.from([])
    const read = () => messageOf(rpc, request, request.query as Call['query'], stream)
    const signal = rpc.upload ? whileOpen(reply) : unending
    const result = await perform(rpc, request, { read, stream, signal })
    if (result instanceof StatusAnswer) return reply.code(result.status).send(result.body)
    if (!(result instanceof FileAnswer)) return result
    return reply.code(result.status).headers(result.headers).send(result.stream)
  }

  /** Lets the caller pass, reads what it sent and does it. */
  async function perform(rpc: Rpc, request: FastifyRequest, sent: Sent): Promise<unknown> {
    const { principal, project, reach } = await pass(request, rpc.action)
    const call: Call = {
      ...deps,
      method: request.method,
      principal,
      reach,
      project,
      request: await sent.read(),
      params: request.params as Record<string, string>,
      query: request.query as Call['query'],
      headers: request.headers,
      origin: `${request.protocol}://${request.host}${deps.basePath ?? ''}`,
      stream: sent.stream,
      signal: sent.signal,
    }
    const open = reach === undefined ? call : await limited(rpc, call, reach)
    return open === undefined ? {} : await rpc.handle(open)
  }

  /** Each field of a GraphQL query is an operation of the REST API, asked by the same caller. */
  async function graphql(request: FastifyRequest): Promise<unknown> {
    const stream = request.body instanceof Readable ? request.body : Readable.from([])
    const asked = readGraphql(parseBody(await textOf(stream)).value)
    return await answerGraphql(asked, async (path, input) => {
      const rpc = rpcs.find((one) => one.path === path)
      if (rpc === undefined) throw new Error(`no operation ${path}`)
      const body: Body = { value: input, exact: () => input }
      const read = async () => readBody(rpc.message, body)
      return await perform(rpc, request, { read, stream, signal: unending })
    })
  }

  async function declare(scope: FastifyInstance, list: readonly Rpc[]): Promise<void> {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    scope.setErrorHandler((thrown, request, reply) => {
      const failure = mlflowFailure(thrown, request.id)
      if (failure.unexpected) deps.log.error('mlflow.failed', { request_id: request.id, error: thrown })
      reply.raw.statusMessage = reasonOf(failure.status)
      return reply.code(failure.status).headers(failure.headers).send(failure.body)
    })
    for (const rpc of list) {
      scope.route({
        method: [...rpc.methods],
        url: rpc.path,
        handler: (request, reply) => answer(rpc, request, reply),
      })
    }
  }

  return async (app) => {
    for (const prefix of ['/api', '/ajax-api']) {
      await app.register(
        async (scope) => {
          await declare(scope, rpcs)
          scope.get('/3.0/mlflow/server-info', async () => serverInfo(deps.artifacts))
          signedRoutes(scope, deps.artifacts)
          for (const version of ['/2.0', '/3.0']) await scope.register(refuseRest, { prefix: version })
        },
        { prefix },
      )
    }
    await app.register(async (scope) => {
      await declare(scope, [...pageRpcs, ...otlpRpcs])
      scope.post('/graphql', graphql)
      probes(scope)
    })
  }
}

/** The reason in capitals, as MLflow's own server writes it: scripts match the messages that clients make of it. */
function reasonOf(status: number): string {
  return (STATUS_CODES[status] ?? '').toUpperCase()
}

/** Only uploads take long enough to be given up: an abort for each of thousands of small calls would cost more than it. */
const unending = new AbortController().signal

function whileOpen(reply: FastifyReply): AbortSignal {
  const closed = new AbortController()
  reply.raw.once('close', () => closed.abort())
  return closed.signal
}

/** Fallbacks in the clients depend on this code: it says that the server lacks a feature, not that a thing is missing. */
async function refuseRest(scope: FastifyInstance): Promise<void> {
  scope.setNotFoundHandler(async (request, reply) => {
    const failure = mlflowFailure(
      new MlflowError(
        'ENDPOINT_NOT_FOUND',
        `There is no endpoint ${request.method} ${request.url.split('?')[0]}`,
      ),
      request.id,
    )
    return reply.code(failure.status).headers(failure.headers).send(failure.body)
  })
}

async function messageOf(rpc: Rpc, request: FastifyRequest, query: Call['query'], stream: Readable) {
  if (rpc.upload) return {}
  if (request.method === 'GET') return readQuery(rpc.message, query)
  return readBody(rpc.message, parseBody(await textOf(stream)))
}

/** By events: an iterator for each of thousands of small bodies would cost more than reading them. */
function textOf(stream: Readable): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= largestBody) chunks.push(chunk)
    else
      reject(
        new MlflowError('INVALID_PARAMETER_VALUE', `The request body is larger than ${largestBody} bytes`),
      )
  })
  stream.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
  stream.once('error', reject)
  stream.once('close', () => reject(new MlflowError('BAD_REQUEST', 'The request body ended early.')))
  return promise
}
