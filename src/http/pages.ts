import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { securityHeaders } from './headers.ts'
import { noSuchRoute } from './routes.ts'

/** Where protocols live: a page must never answer there, whatever a client asks for. */
const reserved = /^\/(api|v1|v2|ajax-api|get-artifact|model-versions)(\/|$)/

const missing = `<!doctype html><title>Slipway</title><p>The pages of Slipway are not built here.
Run <code>npm run build:ui</code>, or use the command line: <code>slipway status</code>.`

/** Serves the browser's pages: files as they are, and index.html for every address that the pages know themselves. */
export async function servePages(
  server: FastifyInstance,
  options: { directory: string; basePath: string; tls: boolean },
): Promise<void> {
  await server.register(fastifyStatic, {
    root: options.directory,
    serve: false,
    index: false,
    cacheControl: false,
  })
  server.get('/*', async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/'
    if (reserved.test(path)) return noSuchRoute(request)
    for (const [name, value] of Object.entries(securityHeaders('page', options.tls)))
      reply.header(name, value)
    // Below a project stand names that people chose: `reader.v2` is a model, not a file.
    if (extname(path) !== '' && !path.startsWith('/projects/')) {
      // Built files carry a hash of their content in their name.
      reply.header(
        'cache-control',
        path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      )
      return reply.sendFile(decodeURIComponent(path).slice(1))
    }
    reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8')
    return index(options.directory, options.basePath)
  })
}

/** The one page, told where the platform begins: its addresses are relative to that. */
async function index(directory: string, basePath: string): Promise<string> {
  const page = await readFile(join(directory, 'index.html'), 'utf8').catch(() => missing)
  return page.replace(/<base href="[^"]*"/, `<base href="${basePath}/"`)
}
