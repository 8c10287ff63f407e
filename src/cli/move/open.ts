import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usage.ts'
import type { HttpOptions } from './mlflow/http.ts'
import type { Source } from './source.ts'
import type { Tally } from './tally.ts'

export interface Wanted {
  /** `http(s)://`, `sqlite:///` or `postgresql://`, as MLflow itself is given it. */
  readonly uri: string
  /** The directory that the server keeps artifacts in, where it is read directly. */
  readonly artifacts: string | undefined
  readonly signal: AbortSignal
}

/** Opens what an address of MLflow names. */
export async function openMlflow(wanted: Wanted, terminal: Terminal, tally: Tally): Promise<Source> {
  const { uri } = wanted
  if (/^https?:\/\//.test(uri)) {
    const { openServer } = await import('./mlflow/server.ts')
    return openServer({ ...credentials(uri, terminal), name: withoutSecrets(uri), signal: wanted.signal })
  }
  const sqlite = /^sqlite(?:\+\w+)?:\/\/\/(.+)$/.exec(uri)?.[1]
  const postgres = /^postgres(?:ql)?(?:\+\w+)?:\/\//.test(uri)
  if (sqlite === undefined && !postgres) {
    throw new UsageError(
      `\`${withoutSecrets(uri)}\` is no address of MLflow: http(s)://…, sqlite:///… or postgresql://…`,
      'slipway import --help',
    )
  }
  const { openPostgres, openSqlite } = await import('./mlflow/database.ts')
  const { openStore } = await import('./mlflow/store.ts')
  const file = sqlite === undefined ? undefined : resolve(terminal.directory, sqlite.replace(/\?.*/s, ''))
  const base = file === undefined ? terminal.directory : dirname(file)
  const root = resolve(terminal.directory, wanted.artifacts ?? join(base, 'mlartifacts'))
  if (!existsSync(root)) {
    tally.warn(
      `There is no ${root}; name the directory of artifacts with --artifacts to copy files that a server keeps.`,
    )
  }
  const database =
    file === undefined
      ? await openPostgres(uri.replace(/^postgres\w*(?:\+\w+)?:/, 'postgresql:'))
      : await openSqlite(file)
  const name = file === undefined ? withoutSecrets(uri) : `sqlite:///${file}`
  return openStore({ name, database, places: { root, base }, warn: tally.warn })
}

/** As MLflow's own client takes them from the environment; a user and password in the address come first. */
function credentials(uri: string, { environment }: Terminal): Omit<HttpOptions, 'signal'> {
  const url = new URL(uri)
  const user = decodeURIComponent(url.username) || environment.MLFLOW_TRACKING_USERNAME
  const password = decodeURIComponent(url.password) || environment.MLFLOW_TRACKING_PASSWORD
  const token = environment.MLFLOW_TRACKING_TOKEN
  const workspace = environment.MLFLOW_WORKSPACE
  return {
    url: withoutSecrets(uri),
    authorization:
      user !== undefined && user !== ''
        ? `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`
        : token && `Bearer ${token}`,
    ...(workspace === undefined ? {} : { headers: { 'x-mlflow-workspace': workspace } }),
  }
}

function withoutSecrets(uri: string): string {
  return uri.replace(/^([a-z+0-9]+:\/\/)[^/@]*@/i, '$1').replace(/\/+$/, '')
}
