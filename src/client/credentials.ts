import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** How to reach and enter one platform. */
export interface Credential {
  /** Absent where a platform runs without authentication. */
  readonly token?: string
  readonly user?: string
  /** Where its models answer. */
  readonly inferenceUrl?: string
  /** The project that commands mean when they name none. */
  readonly project?: string
}

/** The file of credentials: one entry for each platform, and which one is meant when none is named. */
export interface Credentials {
  readonly current: string | undefined
  readonly platforms: Readonly<Record<string, Credential>>
}

/** `~/.slipway/credentials`, or in the data directory that SLIPWAY_HOME names. */
export function credentialsFile(environment: Readonly<Record<string, string | undefined>>): string {
  return join(environment.SLIPWAY_HOME ?? join(environment.HOME ?? homedir(), '.slipway'), 'credentials')
}

/** Reads the file; one that is missing or damaged is the same as an empty one. */
export function readCredentials(file: string): Credentials {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof read !== 'object' || read === null || !('platforms' in read)) return nothing
    const { current, platforms } = read as { current?: string; platforms: Record<string, Credential> }
    return { current, platforms }
  } catch {
    return nothing
  }
}

const nothing: Credentials = { current: undefined, platforms: {} }

/** Keeps a credential and makes its platform the current one. Only the file's owner may read it. */
export function saveCredential(file: string, url: string, credential: Credential): void {
  const known = readCredentials(file)
  write(file, {
    current: url,
    platforms: { ...known.platforms, [url]: { ...known.platforms[url], ...credential } },
  })
}

export function forgetCredential(file: string, url: string): void {
  const known = readCredentials(file)
  const platforms = Object.fromEntries(Object.entries(known.platforms).filter(([each]) => each !== url))
  write(file, { current: known.current === url ? Object.keys(platforms)[0] : known.current, platforms })
}

function write(file: string, credentials: Credentials): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 })
  chmodSync(temporary, 0o600)
  renameSync(temporary, file)
}
