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
  const allowed = new Set(
    [http.host, hostname(), ...(http.allowedHosts ?? [])].map((name) => name.toLowerCase()),
  )
  const cookie: CookieStyle = { name: access.cookieName, path: basePath === '' ? '/' : basePath, secure: tls }
  const closing = new AbortController()
  const refuse = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const failure = failureOf(thrown, request.id)
    const path = request.url.split('?')[0]
    if (failure.unexpected) log.error('http.failed', { request_id: request.id, path, error: thrown })
    return reply.code(failure.status).headers(failure.headers).send(failure.body)
  }
  const server = fastify({
    ...(http.tls === undefined ? {} : { https: { ...http.tls, minVersion: 'TLSv1.2' } }),
    logger: false,
    frameworkErrors: refuse,
    genReqId: () => randomUUID(),
    trustProxy: http.trustProxy ?? false,
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true },
    // An upload may take hours; idle connections, slow headers and slow JSON bodies are cut off on their own.
    requestTimeout: 0,
    connectionTimeout: idleTimeoutMs,
    http: { headersTimeout: headersTimeoutMs, maxHeaderSize: 16_384 },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    rewriteUrl: (request) => withoutBase(request.url ?? '/', basePath),
  })
  const identities = new WeakMap<FastifyRequest, Promise<Identity | undefined>>()
  const identify = (request: FastifyRequest) => {
    const known = identities.get(request) ?? access.identify(request)
    identities.set(request, known)
    return known
  }
  const hints = await openHints(deps)

  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...securityHeaders('data', tls), 'x-request-id': request.id })
    checkHost(request.headers, allowed)
    const byCookie =
      request.headers.authorization === undefined &&
      (request.headers.cookie ?? '').includes(`${cookie.name}=`)
    checkOrigin(request.method, request.headers, byCookie, allowed)
  })
  server.addHook('onSend', async (request, reply) => {
    const identity = await identities.get(request)?.catch(() => undefined)
    const fresh = identity?.replacement
    if (fresh !== undefined && !reply.hasHeader('set-cookie')) {
      reply.header('set-cookie', sessionCookie(cookie, fresh.secret, fresh.expiresAt))
    }
  })
  server.addHook('onResponse', async (request, reply) => {
    // What ends while the server closes was told to keep its connection, which nobody would close for a minute.
    if (closing.signal.aborted) setImmediate(() => server.server.closeIdleConnections())
    const level = reply.statusCode >= 500 ? 'warn' : request.method === 'GET' ? 'debug' : 'info'
    log[level]('http.request', {
      method: request.method,
      path: request.url.split('?')[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      request_id: request.id,
      by: (await identities.get(request)?.catch(() => undefined))?.principal.id ?? null,
      address: request.ip,
    })
  })
  server.setErrorHandler(refuse)
  server.setNotFoundHandler((request) => noSuchRoute(request))
  server.addHook('preClose', async () =>
    closing.abort(new SlipwayError('not_ready', 'The platform is stopping.')),
  )
  server.addHook('onClose', () => hints[Symbol.asyncDispose]())

  const routes: HttpRoute[] = [
    ...deps.areas.flatMap((area) => area.routes ?? []),
    ...sessionRoutes(access, cookie),
    hints.route,
  ]
  await declareRoutes(server, routes, {
    identify,
    authorize: access.authorize,
    replay: createReplay(deps.store),
    checkAnswers: deps.checkAnswers ?? false,
    closing: closing.signal,
  })
  server.get(`${apiPrefix}/openapi.json`, async () => openApi(routes, deps.version))
  for (const plugin of deps.plugins ?? []) await server.register(plugin)
  if (http.pages !== undefined) await servePages(server, { directory: http.pages, basePath, tls })
  return server
}

/** Starts to listen; answers the address that people open. */
export async function listen(server: FastifyInstance, http: HttpOptions): Promise<string> {
  try {
    await server.listen({ host: http.host, port: http.port })
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : ''
    const place = `${http.host}:${http.port}`
    if (code === 'EADDRINUSE')
      throw new SlipwayError('port_in_use', `Another program listens on ${place}.`, {
        facts: { port: http.port },
      })
    if (code === 'EACCES')
      throw new SlipwayError('invalid_config', `This user may not listen on ${place}.`, { cause: thrown })
    if (code === 'EADDRNOTAVAIL')
      throw new SlipwayError('invalid_config', `${http.host} is not an address of this machine.`, {
        cause: thrown,
      })
    throw thrown
  }
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : http.port
  const host = http.host === '0.0.0.0' || http.host === '::' ? hostname() : http.host
  const shown = host.includes(':') ? `[${host}]` : host
  return `${http.tls === undefined ? 'http' : 'https'}://${shown}:${port}${(http.basePath ?? '').replace(/\/+$/, '')}`
}

function withoutBase(url: string, basePath: string): string {
  if (basePath === '' || !url.startsWith(basePath)) return url
  const rest = url.slice(basePath.length)
  if (rest === '') return '/'
  return rest.startsWith('/') ? rest : rest.startsWith('?') ? `/${rest}` : url
}
