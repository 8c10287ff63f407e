import type { FastifyInstance } from 'fastify'

/**
 * Makes closing wait for every handler that has begun: a caller that goes away ends its connection, not the work for
 * it, which still needs the database. For all routes that are declared afterwards, those of plugins included.
 */
export function waitForHandlers(server: FastifyInstance): void {
  const underway = new Set<Promise<unknown>>()
  server.addHook('onRoute', (route) => {
    const { handler } = route
    route.handler = function (request, reply) {
      const result: unknown = handler.call(this, request, reply)
      if (result instanceof Promise) {
        underway.add(result)
        const forget = () => void underway.delete(result)
        result.then(forget, forget)
      }
      return result
    }
  })
  server.addHook('onClose', async () => {
    await Promise.allSettled(underway)
  })
}
