import type { Config } from '../config/index.ts'

/** Where this machine's own processes reach the API. */
export function apiUrl({ http }: Config): string {
  const scheme = http.tls === undefined ? 'http' : 'https'
  return `${scheme}://${reachable(http.host)}:${http.port}${http.basePath}`
}

export function inferenceUrl({ inference }: Config): string {
  return `http://${reachable(inference.host)}:${inference.port}`
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
