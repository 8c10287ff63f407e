import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fail } from './parse.ts'

/**
 * Where the artifacts of new experiments go. `proxy`: into the platform's own storage, through the API, by MLflow's
 * scheme or by the address of the API as clients reach it. The others are roots of the operator's, named to clients by
 * their own address, which clients with access may use directly.
 */
export type ArtifactRoot =
  | { readonly kind: 'proxy'; readonly uri: string }
  | { readonly kind: 'directory'; readonly uri: string; readonly path: string }
  | { readonly kind: 's3'; readonly uri: string; readonly bucket: string; readonly prefix: string }

const proxyPath = '/api/2.0/mlflow-artifacts/artifacts'
const forms =
  'must be file:///directory, an absolute path, s3://bucket/prefix, mlflow-artifacts:/ or ' +
  `https://host${proxyPath}, and have no query`

/** Reads an artifact root: a URI or an absolute path. Its `uri` has no slash at its end. */
export function readArtifactRoot(text = 'mlflow-artifacts:/'): ArtifactRoot {
  if (isAbsolute(text)) return { kind: 'directory', uri: withoutEnd(resolve(text)), path: resolve(text) }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.search !== '' || url.hash !== '' || url.username !== '')
    throw fail('artifactRoot', `${forms}, not "${text}"`)
  if (/^https?:$/.test(url.protocol) && withoutEnd(url.pathname).endsWith(proxyPath))
    return { kind: 'proxy', uri: withoutEnd(url.href) }
  if (url.port !== '') throw fail('artifactRoot', `${forms}, not "${text}"`)
  if (url.protocol === 'file:') return readDirectory(url)
  if (url.protocol === 's3:' && url.hostname !== '') {
    const prefix = decoded(url.pathname).replace(/^\/+|\/+$/g, '')
    refuseDots(prefix, text)
    return { kind: 's3', uri: withoutEnd(url.href), bucket: url.hostname, prefix }
  }
  if (url.protocol === 'mlflow-artifacts:' && url.host === '' && /^\/*$/.test(url.pathname))
    return { kind: 'proxy', uri: 'mlflow-artifacts:' }
  throw fail('artifactRoot', `${forms}, not "${text}"`)
}

function readDirectory(url: URL): ArtifactRoot {
  try {
    const path = fileURLToPath(url)
    return { kind: 'directory', uri: withoutEnd(url.href), path: resolve(path) }
  } catch {
    throw fail('artifactRoot', `must name a directory of this machine, not "${url.href}"`)
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw fail('artifactRoot', `has a percent sign that begins no character: "${path}"`)
  }
}

function refuseDots(prefix: string, text: string): void {
  if (prefix.split('/').some((part) => part === '.' || part === '..'))
    throw fail('artifactRoot', `may not contain . or .. as a part: "${text}"`)
}

function withoutEnd(uri: string): string {
  return uri.replace(/\/+$/, '')
}
