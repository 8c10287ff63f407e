import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemCode } from '../../../base/durable.ts'
import { SlipwayError } from '../../../base/error.ts'
import type { Log } from '../../../base/log.ts'
import type { Caller, Callers } from './callers.ts'
import type { Counters } from './counters.ts'
import type { Deployment } from './deployment.ts'
import { modelMetadata, revisionFor, serverMetadata } from './describe.ts'
import type { Fleet } from './fleet.ts'
import { type InferDeps, infer } from './infer.ts'
import { serverLimits } from './limits.ts'
import { metricsText } from './metrics.ts'
import { methodOf, parsePath, type Target } from './path.ts'
import { Problem } from './protocol/problem.ts'

export interface IngressDeps extends InferDeps {
  readonly fleet: Fleet
  readonly callers: Callers
  readonly counters: Counters
  readonly log: Log
  readonly version: string
}

/** The inference port: the Open Inference Protocol over HTTP. */
export class Ingress {
  readonly #deps: IngressDeps
  readonly #server: Server
  #isClosing = false

  constructor(deps: IngressDeps) {
    this.#deps = deps
    this.#server = createServer(
      {
        headersTimeout: serverLimits.headersTimeoutMs,
        requestTimeout: serverLimits.requestTimeoutMs,
        keepAliveTimeout: serverLimits.keepAliveTimeoutMs,
        connectionsCheckingInterval: 5000,
        noDelay: true,
      },
      (request, response) => void this.#take(request, response),
    )
    this.#server.maxConnections = serverLimits.connections
  }

  /** Listens and returns the address, such as `http://127.0.0.1:4680`. */
  listen(host: string, port: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => reject(asPortInUse(error, port)))
      this.#server.listen({ host, port, backlog: 1024 }, () => {
        const { address, port: bound, family } = this.#server.address() as AddressInfo
        resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`)
      })
    })
  }

  /** Takes nothing new, and resolves when everything taken is answered, or after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    // Connections whose answer was under way become idle one by one.
    const sweep = setInterval(() => this.#server.closeIdleConnections(), 50)
    const timer = setTimeout(() => this.#server.closeAllConnections(), graceMs)
    await closed
    clearInterval(sweep)
    clearTimeout(timer)
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isClosing) response.setHeader('connection', 'close')
    try {
      await this.#route(request, response)
    } catch (error) {
      this.#fail(request, response, error)
    }
    this.#deps.counters.status(response.statusCode)
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = parsePath(request.url ?? '')
    if (!target) throw new Problem(404, 'there is nothing at this path')
    const method = methodOf(target)
    if (request.method !== method && !(method === 'GET' && request.method === 'HEAD')) {
      throw new Problem(405, `the method for this path is ${method}`, { allow: method })
    }
    if (request.headers['sec-fetch-site'] === 'cross-site') {
      throw new Problem(403, 'pages of other sites may not ask this server')
    }
    if (target.kind === 'infer') {
      const deployment = this.#deploymentFor(target.model, this.#caller(request))
      return infer(this.#deps, { request, response, deployment, version: target.version })
    }
    if (target.kind === 'metrics') {
      this.#mayReadMetrics(request)
      const text = metricsText(this.#deps.counters, this.#deps.fleet)
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text)
      return
    }
    const [status, body] = this.#describe(target, request)
    sendJson(response, status, body)
  }

  #describe(
    target: Exclude<Target, { kind: 'infer' | 'metrics' }>,
    request: IncomingMessage,
  ): [number, unknown] {
    const { fleet, version } = this.#deps
    if (target.kind === 'server') return [200, serverMetadata(version)]
    if (target.kind === 'live') return [200, { live: true }]
    if (target.kind === 'ready') return [fleet.isReady ? 200 : 503, { ready: fleet.isReady }]
    const caller = this.#caller(request)
    if (target.kind === 'models') {
      const names = [...fleet.all()]
        .filter(({ facts }) => caller.opens(facts.project_id))
        .map(({ facts }) => facts.name)
      return [200, { models: names.sort() }]
    }
    if (!('model' in target)) throw new Problem(404, 'there is nothing at this path')
    const deployment = this.#deploymentFor(target.model, caller)
    if (target.kind === 'model') {
      return [200, modelMetadata(deployment, revisionFor(deployment, target.version))]
    }
    const ready =
      target.version === undefined
        ? deployment.isReady
        : revisionFor(deployment, target.version).state === 'ready'
    return [ready ? 200 : 503, { name: deployment.facts.name, ready }]
  }

  #caller(request: IncomingMessage): Caller {
    return this.#deps.callers.identify(request.headers.authorization)
  }

  /** A model that the caller may not see does not exist for it. */
  #deploymentFor(name: string, caller: Caller): Deployment {
    const deployment = this.#deps.fleet.find(name)
    if (deployment && caller.opens(deployment.facts.project_id)) return deployment
    throw new Problem(404, `Request for unknown model: '${name.slice(0, 200)}' is not found`)
  }

  /** Names of all projects' deployments stand in the metrics: for this machine, or for tokens that open every project. */
  #mayReadMetrics(request: IncomingMessage): void {
    const address = request.socket.remoteAddress ?? ''
    if (/^(127\.|::1$|::ffff:127\.)/.test(address)) return
    const opensAll = this.#caller(request).opens('')
    if (!opensAll) throw new Problem(403, 'metrics are for tokens that open every project')
  }

  #fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (response.headersSent || response.destroyed) {
      response.destroy()
      return
    }
    if (!(error instanceof Problem)) this.#deps.log.error('ingress.failed', { path: request.url, error })
    const problem = error instanceof Problem ? error : new Problem(500, 'internal error')
    for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value)
    // A body that nobody reads would otherwise be taken for the next request's.
    if (!request.complete) response.setHeader('connection', 'close')
    sendJson(response, problem.status, { error: problem.message })
  }
}

/** The KServe client reads errors only of exactly this content type, without a charset. */
function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length })
  response.end(text)
}

function asPortInUse(error: Error, port: number): Error {
  if (systemCode(error) !== 'EADDRINUSE') return error
  return new SlipwayError('port_in_use', `Port ${port} is in use by another program.`, { facts: { port } })
}
