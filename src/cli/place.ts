import { createClient } from '../client/client.ts'
import { credentialsFile, readCredentials } from '../client/credentials.ts'
import type { Place } from './command.ts'
import type { Terminal } from './terminal.ts'

export const defaultUrl = 'http://127.0.0.1:4600'

/** Decides which platform and project a command means: option, then environment, then what was logged in to. */
export function placeOf(
  terminal: Terminal,
  chosen: { url?: string; project?: string },
  signal: AbortSignal,
): Place {
  const { environment } = terminal
  const credentials = readCredentials(credentialsFile(environment))
  const named = chosen.url ?? environment.SLIPWAY_URL
  const url = (named ?? credentials.current ?? defaultUrl).replace(/\/+$/, '')
  const credential = credentials.platforms[url] ?? {}
  const token = environment.SLIPWAY_TOKEN ?? credential.token
  return {
    client: createClient({
      url,
      ...(token === undefined ? {} : { token }),
      // Ctrl-C ends whatever is being asked.
      fetch: (address, request) =>
        fetch(address, {
          ...request,
          signal: request?.signal ? AbortSignal.any([request.signal, signal]) : signal,
        }),
    }),
    url,
    project: chosen.project ?? environment.SLIPWAY_PROJECT ?? credential.project ?? 'default',
    credential: { ...credential, ...(token === undefined ? {} : { token }) },
  }
}
