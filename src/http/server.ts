import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyPluginCallback,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Access, Identity } from '../areas/access/index.ts'
import type { Area } from '../base/area.ts'
import { SlipwayError } from '../base/error.ts'
import type { Log } from '../base/log.ts'
import { apiPrefix } from '../contract/index.ts'
import type { Store } from '../store/store.ts'
import { failureOf } from './failure.ts'
import { checkHost, checkOrigin } from './guard.ts'
import { securityHeaders } from './headers.ts'
import { openHints } from './hints.ts'
import { createReplay } from './idempotency.ts'
import { openApi } from './openapi.ts'
import { servePages } from './pages.ts'
import { declareRoutes, type HttpRoute, noSuchRoute } from './routes.ts'
import { type CookieStyle, sessionCookie, sessionRoutes } from './session.ts'
import { waitForHandlers } from './underway.ts'

export interface HttpOptions {
  readonly host: string
  readonly port: number
  /** Where the platform begins below its address, behind a proxy: '' or '/slipway'. */
  readonly basePath?: string
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Names that this platform answers to besides localhost, its host's name and addresses. */
  readonly allowedHosts?: readonly string[]
  /** The built pages; without, there are none. */
  readonly pages?: string
  /** Addresses of proxies whose X-Forwarded-For counts. */
  readonly trustProxy?: string | boolean
}

export interface ServerDeps {
  readonly http: HttpOptions
  readonly log: Log
  readonly version: string
  readonly store: Store
  readonly access: Access
  readonly areas: readonly Area[]
  /** Adapters of foreign protocols. They see requests that passed the host and origin checks; they authorize themselves. */
  readonly plugins?: readonly (FastifyPluginAsync | FastifyPluginCallback)[]
  /** Fail when an answer breaks its contract. */
  readonly checkAnswers?: boolean
}

const headersTimeoutMs = 10_000
const idleTimeoutMs = 120_000

/** The HTTP server of the API, the adapters and the pages; not yet listening. */
export async function createServer(deps: ServerDeps): Promise<FastifyInstance> {
  const { http, access, log } = deps
  const basePath = (http.basePath ?? '').replace(/\/+$/, '')
  const tls = http.tls !== undefined
  const cookie: CookieStyle = { name: access.cookieName, path: basePath === '' ? '/' : basePath, secure: tls }
  const identities = createIdentities(access)
  const server = bareServer(http, basePath, log)
  const closing = closeStreams(server)
  waitForHandlers(server)
  guard(server, http, cookie.name)
  server.addHook('onSend', async (request, reply) => {
    const fresh = (await identities.known(request))?.replacement
    if (fresh === undefined || reply.hasHeader('set-cookie')) return
    reply.header('set-cookie', sessionCookie(cookie, fresh.secret, fresh.expiresAt))
  })
  server.addHook('onResponse', (request, reply) => record(log, identities, request, reply))
  server.setNotFoundHandler((request) => noSuchRoute(request))

  // Ready without it; a failure is told to whoever asks first.
  server.addHook('onListen', () => void access.prepare().catch(() => {}))
  const hints = await openHints(deps)
  server.addHook('onClose', () => hints[Symbol.asyncDispose]())
  const routes: HttpRoute[] = [
    ...deps.areas.flatMap((area) => area.routes ?? []),
    ...sessionRoutes(access, cookie),
    hints.route,
  ]
  await declareRoutes(server, routes, {
    identify: identities.identify,
    authorize: access.authorize,
    replay: createReplay(deps.store),
    checkAnswers: deps.checkAnswers ?? false,
    closing,
  })
  server.get(`${apiPrefix}/openapi.json`, async () => openApi(routes, deps.version))
  for (const plugin of deps.plugins ?? []) await server.register(plugin)
  if (http.pages !== undefined) await servePages(server, { directory: http.pages, basePath, tls })
  return server
}

/** Fastify with our limits, and our way to answer errors wherever they come from. */
function bareServer(http: HttpOptions, basePath: string, log: Log): FastifyInstance {
  const refuse = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const failure = failureOf(thrown, request.id)
    const path = pathOf(request)
    if (failure.unexpected) log.error('http.failed', { request_id: request.id, path, error: thrown })
    return reply.code(failure.status).headers(failure.headers).send(failure.body)
  }
  const server = fastify({
    ...(http.tls === undefined ? {} : { https: { ...http.tls, minVersion: 'TLSv1.2' } }),
    logger: false,
    frameworkErrors: refuse,
    genReqId: () => randomUUID(),
    trustProxy: http.trustProxy ?? false,
    // Names of models are up to 250 characters, each up to 9 when percent-encoded.
    routerOptions: { maxParamLength: 2250, ignoreTrailingSlash: true },
    // An upload may take hours; idle connections, slow headers and slow JSON bodies are cut off on their own.
    requestTimeout: 0,
    connectionTimeout: idleTimeoutMs,
    http: { headersTimeout: headersTimeoutMs, maxHeaderSize: 16_384 },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    rewriteUrl: (request) => withoutBase(request.url ?? '/', basePath),
  })
  server.setErrorHandler(refuse)
  return server
}

interface Identities {
  identify(request: FastifyRequest): Promise<Identity | undefined>
  /** Who sent the request, if anyone asked. */
  known(request: FastifyRequest): Promise<Identity | undefined>
}

/** Finds out who sends a request once, however often it is asked. */
function createIdentities(access: Access): Identities {
  const asked = new WeakMap<FastifyRequest, Promise<Identity | undefined>>()
  return {
    identify(request) {
      const answer = asked.get(request) ?? access.identify(request)
      asked.set(request, answer)
      return answer
    },
    known: async (request) => asked.get(request)?.catch(() => undefined),
  }
}

/** Refuses foreign hosts and origins before anything else looks at a request, whoever's route it is. */
function guard(server: FastifyInstance, http: HttpOptions, cookieName: string): void {
  const names = [http.host, hostname(), ...(http.allowedHosts ?? [])]
  const allowed = new Set(names.map((name) => name.toLowerCase()))
  const headers = securityHeaders('data', http.tls !== undefined)
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...headers, 'x-request-id': request.id })
    checkHost(request.headers, allowed)
    const { authorization, cookie = '' } = request.headers
    const byCookie = authorization === undefined && cookie.includes(`${cookieName}=`)
    checkOrigin(request.method, request.headers, byCookie, allowed)
  })
}

/** A signal that ends streams and long polls when the server closes. */
function closeStreams(server: FastifyInstance): AbortSignal {
  const closing = new AbortController()
  server.addHook('preClose', async () => {
    closing.abort(new SlipwayError('not_ready', 'The platform is stopping.'))
  })
  server.addHook('onResponse', async () => {
    // What ends while the server closes was told to keep its connection, which nobody would close for a minute.
    if (closing.signal.aborted) setImmediate(() => server.server.closeIdleConnections())
  })
  return closing.signal
}

async function record(
  log: Log,
  identities: Identities,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const routine = request.method === 'GET' || request.url.startsWith(`${apiPrefix}/internal/`)
  const level = reply.statusCode >= 500 ? 'warn' : routine ? 'debug' : 'info'
  log[level]('http.request', {
    method: request.method,
    path: pathOf(request),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    request_id: request.id,
    by: (await identities.known(request))?.principal.id ?? null,
    address: request.ip,
  })
}

function pathOf(request: FastifyRequest): string | undefined {
  return request.url.split('?')[0]
}

function withoutBase(url: string, basePath: string): string {
  // several slashes at the beginning are one, for every route alike
  if (basePath === '' || !url.startsWith(basePath)) return url.replace(/^\/{2,}/, '/')
  const rest = url.slice(basePath.length)
  if (rest === '') return '/'
  return rest.startsWith('/') ? rest : rest.startsWith('?') ? `/${rest}` : url
}
