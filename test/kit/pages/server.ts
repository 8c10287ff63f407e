import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { Check, Errors } from 'typebox/value'
import type { Endpoint } from '../../../src/base/endpoint.ts'
import { api, apiPrefix } from '../../../src/contract/index.ts'
import { answers, log, missing } from './answers.ts'

export interface PagesServer extends AsyncDisposable {
  readonly url: string
  /** Where the made-up data does not fit the contract. */
  readonly misfits: readonly string[]
}

const endpoints: Endpoint[] = Object.values(api).flatMap((verbs) => Object.values<Endpoint>(verbs))
const dist = join(import.meta.dirname, '..', '..', '..', 'ui', 'dist')
const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.html': 'text/html',
}

/** Serves the built pages over made-up data, without a platform: for seeing every page in a rich state. */
export async function servePages(port = 0): Promise<PagesServer> {
  const misfits: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname.startsWith('/api/')) void answer(request, response, url, misfits)
    else void sendFile(response, url.pathname)
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`,
    misfits,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

async function sendFile(response: ServerResponse, path: string): Promise<void> {
  const file = extname(path) === '' ? '/index.html' : path
  const bytes = await readFile(join(dist, file)).catch(() => undefined)
  if (bytes === undefined) response.writeHead(404).end('The pages are not built: npm run build:ui')
  else response.writeHead(200, { 'content-type': types[extname(file)] ?? 'text/plain' }).end(bytes)
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  misfits: string[],
): Promise<void> {
  const path = url.pathname.slice(apiPrefix.length)
  const found = matching(request.method ?? 'GET', path)
  if (found?.endpoint.id === 'hints.stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 2000\n\n')
    return
  }
  if (found?.endpoint.id === 'pipelines.log') {
    response.writeHead(200, { 'content-type': 'text/plain' }).end(log)
    return
  }
  const body = (await json(request)) as never
  const reply = found ? answers[found.endpoint.id]?.(found.params, url.searchParams, body) : missing
  if (found === undefined || reply === missing || reply === undefined) {
    refuse(response, path)
    return
  }
  if (!Check(found.endpoint.reply, reply)) {
    const [first] = Errors(found.endpoint.reply, reply)
    misfits.push(`${found.endpoint.id}: ${first?.instancePath} ${first?.message}`)
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
}

async function json(request: IncomingMessage): Promise<unknown> {
  const text = (await request.toArray()).join('')
  return request.headers['content-type'] === 'application/json' && text !== '' ? JSON.parse(text) : {}
}

function refuse(response: ServerResponse, path: string): void {
  const error = {
    code: 'not_found',
    message: `There is nothing at ${path}.`,
    remedy: 'Check the name or id; it may have been deleted.',
    facts: {},
  }
  response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
}

function matching(
  method: string,
  path: string,
): { endpoint: Endpoint; params: Record<string, string> } | undefined {
  for (const endpoint of endpoints) {
    if (endpoint.method !== method) continue
    const names = [...endpoint.path.matchAll(/:([a-z_]+)/g)].map((match) => match[1] ?? '')
    const found = new RegExp(`^${endpoint.path.replace(/:([a-z_]+)/g, '([^/]+)')}$`).exec(path)
    if (!found) continue
    const values = found.slice(1).map(decodeURIComponent)
    return { endpoint, params: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])) }
  }
  return undefined
}
