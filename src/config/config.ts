import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { messageOf, SlipwayError } from '../base/error.ts'
import type { Level } from '../base/log.ts'
import { type ArtifactRoot, readArtifactRoot } from './artifact-root.ts'
import type { Given } from './env.ts'
import { byteSize, choice, fail, flag, list, port } from './parse.ts'
import type { SettingName } from './settings.ts'
import { readWebhooks, type WebhooksConfig } from './webhooks.ts'

/** How this platform runs. Read once at start; contradictions are refused. */
export interface Config {
  /** Absolute. */
  readonly home: string
  readonly http: HttpConfig
  readonly inference: {
    readonly host: string
    readonly port: number
    /** Nobody chose the port: another may do when it is taken. */
    readonly anyPort: boolean
  }
  readonly database: { readonly kind: 'embedded' } | { readonly kind: 'external'; readonly url: string }
  readonly blobs: BlobsConfig
  /** Where the artifacts of new experiments go. */
  readonly artifactRoot: ArtifactRoot
  /** `none`: everyone who reaches it is administrator; only on loopback. */
  readonly auth: 'token' | 'none'
  readonly administrator: { readonly name?: string; readonly password?: string }
  readonly python: string | undefined
  readonly logLevel: Level
  /** Private addresses that outbound calls may reach all the same. */
  readonly outboundAllow: readonly string[]
  readonly webhooks: WebhooksConfig
  /** What members who have no role of the project may do with the things of others. */
  readonly defaultPermission: DefaultPermission
}

export type DefaultPermission = 'NO_PERMISSIONS' | 'READ' | 'USE' | 'EDIT' | 'MANAGE'

export interface HttpConfig {
  readonly host: string
  readonly port: number
  readonly basePath: string
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly allowedHosts: readonly string[]
  readonly trustProxy?: string
}

export type BlobsConfig =
  | { readonly kind: 'local'; readonly home: string }
  | {
      readonly kind: 's3'
      readonly home: string
      readonly bucket: string
      readonly prefix?: string
      readonly endpoint?: string
      readonly region?: string
      readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
      readonly cacheBytes?: number
    }

/** Makes the configuration of what was given. Fails with `invalid_config` or `insecure_listen`, naming the setting. */
export function readConfig(given: Given): Config {
  const home = resolve(given.home ?? join(homedir(), '.slipway'))
  const http = readHttp(given)
  const artifactRoot = readArtifactRoot(given.artifactRoot)
  return {
    home,
    http,
    inference: readInference(given, http),
    database: readDatabase(given),
    blobs: readBlobs(given, home, artifactRoot),
    artifactRoot,
    auth: readAuth(given, http),
    administrator: {
      ...(given.adminName === undefined ? {} : { name: given.adminName }),
      ...(given.adminPassword === undefined ? {} : { password: given.adminPassword }),
    },
    python: given.python,
    logLevel: choice('logLevel', given.logLevel, ['debug', 'info', 'warn', 'error'], 'info'),
    outboundAllow: list(given.outboundAllow),
    webhooks: readWebhooks(given),
    defaultPermission: choice(
      'defaultPermission',
      given.defaultPermission,
      ['NO_PERMISSIONS', 'READ', 'USE', 'EDIT', 'MANAGE'],
      'READ',
    ),
  }
}

function readHttp(given: Given): HttpConfig {
  const host = given.host ?? '127.0.0.1'
  const tls = readTls(given)
  const insecure = flag('insecureListen', given.insecureListen)
  if (!isLoopback(host) && tls === undefined && !insecure) {
    throw new SlipwayError(
      'insecure_listen',
      `Listening on ${host} would send passwords and tokens over the network in the clear.`,
      {
        facts: { host },
      },
    )
  }
  return {
    host,
    port: port('port', given.port, 4600),
    basePath: readBasePath(given),
    ...(tls === undefined ? {} : { tls }),
    allowedHosts: list(given.allowedHosts),
    ...(given.trustProxy === undefined ? {} : { trustProxy: given.trustProxy }),
  }
}

/** Whether only programs of this machine can connect to an address. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  return isIP(host) === 4 ? host.startsWith('127.') : host === '::1'
}

function readTls(given: Given): { cert: string; key: string } | undefined {
  if (given.tlsCert === undefined && given.tlsKey === undefined) return undefined
  if (given.tlsCert === undefined)
    throw fail('tlsCert', 'is missing: a certificate and its key are given together')
  if (given.tlsKey === undefined)
    throw fail('tlsKey', 'is missing: a certificate and its key are given together')
  return { cert: readPem('tlsCert', given.tlsCert), key: readPem('tlsKey', given.tlsKey) }
}

function readPem(name: 'tlsCert' | 'tlsKey', file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw fail(name, `cannot be read: ${messageOf(error)}`)
  }
}

function readBasePath(given: Given): string {
  const path = (given.basePath ?? '').replace(/\/+$/, '')
  if (path === '' || /^(\/[A-Za-z0-9._~-]+)+$/.test(path)) return path
  throw fail('basePath', `must look like /slipway, not ${path}`)
}

function readInference(given: Given, http: HttpConfig): Config['inference'] {
  const anyPort = given.inferencePort === undefined
  const inferencePort = port('inferencePort', given.inferencePort, http.port === 4680 ? 0 : 4680)
  if (inferencePort === http.port && inferencePort !== 0)
    throw fail('inferencePort', `is the same as the port of the API, ${http.port}`)
  return { host: http.host, port: inferencePort, anyPort }
}

function readDatabase(given: Given): Config['database'] {
  const url = given.databaseUrl
  if (url === undefined) return { kind: 'embedded' }
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw fail('databaseUrl', 'must look like postgresql://user:password@host:5432/database')
  return { kind: 'external', url }
}

/** What reaches S3 at all: for files that are kept there, and for an artifact root there. */
const s3Access: readonly SettingName[] = ['s3Endpoint', 's3Region', 's3AccessKeyId', 's3SecretAccessKey']
const s3Settings: readonly SettingName[] = ['s3Bucket', 's3Prefix', ...s3Access]

function readBlobs(given: Given, home: string, root: ArtifactRoot): BlobsConfig {
  if (choice('blobs', given.blobs, ['local', 's3'], 'local') === 'local') {
    const needed = root.kind === 's3' ? s3Access : []
    const stray = s3Settings.find((name) => given[name] !== undefined && !needed.includes(name))
    if (stray !== undefined)
      throw fail(stray, 'is given, but files are kept locally: set SLIPWAY_BLOBS=s3, or leave it out')
    return { kind: 'local', home }
  }
  if (given.s3Bucket === undefined) throw fail('s3Bucket', 'is missing')
  if (given.s3Endpoint !== undefined && !/^https?:\/\//.test(given.s3Endpoint))
    throw fail('s3Endpoint', 'must be an http or https address')
  const credentials = readCredentials(given)
  return {
    kind: 's3',
    home,
    bucket: given.s3Bucket,
    ...(given.s3Prefix === undefined ? {} : { prefix: given.s3Prefix }),
    ...(given.s3Endpoint === undefined ? {} : { endpoint: given.s3Endpoint }),
    ...(given.s3Region === undefined ? {} : { region: given.s3Region }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(given.cacheSize === undefined ? {} : { cacheBytes: byteSize('cacheSize', given.cacheSize) }),
  }
}

function readCredentials({ s3AccessKeyId, s3SecretAccessKey }: Given) {
  if (s3AccessKeyId === undefined && s3SecretAccessKey === undefined) return undefined
  if (s3AccessKeyId === undefined)
    throw fail('s3AccessKeyId', 'is missing: it and its secret are given together')
  if (s3SecretAccessKey === undefined)
    throw fail('s3SecretAccessKey', 'is missing: the key id and its secret are given together')
  return { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey }
}

function readAuth(given: Given, http: HttpConfig): Config['auth'] {
  if (!flag('insecureNoAuth', given.insecureNoAuth)) return 'token'
  if (!isLoopback(http.host))
    throw fail('insecureNoAuth', `is only for this machine's own programs, not for listening on ${http.host}`)
  if (given.adminPassword !== undefined)
    throw fail('insecureNoAuth', 'makes no sense with a password for the administrator')
  return 'none'
}
