import { hostname } from 'node:os'
import type { FastifyInstance } from 'fastify'
import { SlipwayError } from '../base/error.ts'
import type { HttpOptions } from './server.ts'

/** Starts to listen; answers the address that people open. */
export async function listen(server: FastifyInstance, http: HttpOptions): Promise<string> {
  try {
    await server.listen({ host: http.host, port: http.port })
  } catch (thrown) {
    throw explained(thrown, http)
  }
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : http.port
  const host = http.host === '0.0.0.0' || http.host === '::' ? hostname() : http.host
  const shown = host.includes(':') ? `[${host}]` : host
  const basePath = (http.basePath ?? '').replace(/\/+$/, '')
  return `${http.tls === undefined ? 'http' : 'https'}://${shown}:${port}${basePath}`
}

function explained(thrown: unknown, { host, port }: HttpOptions): unknown {
  const options = { facts: { host, port }, cause: thrown }
  switch (thrown instanceof Error && 'code' in thrown ? thrown.code : '') {
    case 'EADDRINUSE':
      return new SlipwayError('port_in_use', `Another program listens on ${host}:${port}.`, options)
    case 'EACCES':
      return new SlipwayError('invalid_config', `This user may not listen on port ${port}.`, options)
    case 'EADDRNOTAVAIL':
      return new SlipwayError('invalid_config', `${host} is not an address of this machine.`, options)
    default:
      return thrown
  }
}
