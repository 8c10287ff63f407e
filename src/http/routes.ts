import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Call, Download, ProjectRef, Route } from '../base/area.ts'
import { SlipwayError } from '../base/error.ts'
import type { Permission } from '../base/permission.ts'
import type { Principal } from '../base/principal.ts'
import { apiPrefix } from '../contract/index.ts'
import { attachment } from './headers.ts'
import type { Replay } from './idempotency.ts'
import { parseJson } from './json.ts'
import { type Validation, validationOf } from './validate.ts'

export interface RouteDeps {
  readonly identify: (request: FastifyRequest) => Promise<{ principal: Principal } | undefined>
  readonly authorize: (
    principal: Principal | undefined,
    permission: Permission,
    projectName?: string,
    named?: Readonly<Record<string, unknown>>,
  ) => Promise<ProjectRef | undefined>
  readonly replay: Replay
  /** Fail when an answer breaks its contract: in tests. */
  readonly checkAnswers: boolean
  /** Aborted when the server closes, which ends streams and long polls. */
  readonly closing: AbortSignal
}

/** A route that may also set headers, for cookies. */
export interface HttpRoute extends Omit<Route, 'handle'> {
  readonly handle: (call: Call, reply: FastifyReply, request: FastifyRequest) => Promise<unknown>
}

const jsonLimit = 2 * 1024 * 1024
const jsonDeadlineMs = 30_000

/** Declares the routes below the API's prefix: JSON ones and uploads apart, for they parse bodies differently. */
export async function declareRoutes(
  server: FastifyInstance,
  routes: readonly HttpRoute[],
  deps: RouteDeps,
): Promise<void> {
  checkRoutes(routes)
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: jsonLimit },
      async (_request: FastifyRequest, text: string) => (text === '' ? undefined : parseJson(text)),
    )
    scope.addHook('onRequest', async (request) => {
      const { headers } = request
      if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return
      // A body that trickles in would hold its connection for as long as it likes.
      const late = setTimeout(() => request.raw.destroy(), jsonDeadlineMs).unref()
      request.raw.once('end', () => clearTimeout(late)).once('close', () => clearTimeout(late))
    })
    for (const each of routes) if (!each.endpoint.upload) declare(scope, each, deps)
  })
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    for (const each of routes) if (each.endpoint.upload) declare(scope, each, deps)
  })
}

/** Every route is guarded, unique and, when it acts in a project, says in which. A mistake ends the start. */
export function checkRoutes(routes: readonly HttpRoute[]): void {
  const seen = new Map<string, string>()
  for (const { endpoint, permission } of routes) {
    // Reached from plain JavaScript or a cast only, but an unguarded route is worth the check.
    if (permission === undefined) throw new Error(`${endpoint.id} declares no permission.`)
    const onProject = typeof permission === 'object' && permission.on === 'project'
    const hasProject = endpoint.path.split('/').includes(':project')
    if (onProject && !hasProject)
      throw new Error(`${endpoint.id} acts in a project that its path does not name.`)
    if (!onProject && hasProject)
      throw new Error(`${endpoint.id} names a project that its permission is not on.`)
    const place = `${endpoint.method} ${endpoint.path.replace(/:[a-z_]+/g, ':')}`
    for (const key of [place, endpoint.id]) {
      const other = seen.get(key)
      if (other !== undefined)
        throw new Error(`${endpoint.id} and ${other} are the same route or id: ${key}.`)
      seen.set(key, endpoint.id)
    }
  }
}

function declare(scope: FastifyInstance, each: HttpRoute, deps: RouteDeps): void {
  const { endpoint } = each
  const validation = validationOf(endpoint)
  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    const principal = (await deps.identify(request))?.principal
    const project = await deps.authorize(principal, each.permission, projectIn(request), namedIn(request))
    const call = callOf(request, reply, validation, { principal, project, closing: deps.closing })
    if (endpoint.download) return sendDownload(reply, (await each.handle(call, reply, request)) as Download)
    const answer = async () => {
      const result = await each.handle(call, reply, request)
      if (deps.checkAnswers) validation.reply(result)
      return result
    }
    return reply.send(await deps.replay(request, reply, endpoint, principal, answer))
  }
  scope.route({
    method: endpoint.method,
    url: `${apiPrefix}${endpoint.path}`,
    exposeHeadRoute: false,
    handler: handle,
  })
}

function projectIn(request: FastifyRequest): string | undefined {
  const params = request.params as Record<string, unknown>
  return typeof params.project === 'string' ? params.project : undefined
}

function namedIn(request: FastifyRequest): Readonly<Record<string, unknown>> {
  return request.params as Record<string, unknown>
}

function callOf(
  request: FastifyRequest,
  reply: FastifyReply,
  validation: Validation,
  who: { principal: Principal | undefined; project: ProjectRef | undefined; closing: AbortSignal },
): Call {
  const stream = request.body instanceof Readable ? request.body : Readable.from([])
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return {
    params: validation.params(request.params) as Call['params'],
    query: validation.query(request.query) as Call['query'],
    body: validation.body(request.body instanceof Readable ? undefined : request.body) as Call['body'],
    get principal(): Principal {
      if (who.principal === undefined) throw new Error('A public route asks who calls.')
      return who.principal
    },
    get project(): ProjectRef {
      if (who.project === undefined) throw new Error('A route that is on no project asks for one.')
      return who.project
    },
    headers: request.headers,
    stream,
    signal: AbortSignal.any([gone.signal, who.closing]),
    address: request.ip,
  }
}

function sendDownload(reply: FastifyReply, download: Download): FastifyReply {
  if (download.status !== undefined) reply.code(download.status)
  reply.header('content-type', download.type)
  if (download.size !== undefined) reply.header('content-length', download.size)
  if (download.filename !== undefined) reply.header('content-disposition', attachment(download.filename))
  for (const [name, value] of Object.entries(download.headers ?? {})) reply.header(name, value)
  return reply.send(download.stream instanceof Readable ? download.stream : Readable.from(download.stream))
}

/** What a path that nobody serves is answered with. */
export function noSuchRoute(request: FastifyRequest): never {
  throw new SlipwayError(
    'not_found',
    `There is nothing at ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}.`,
  )
}
