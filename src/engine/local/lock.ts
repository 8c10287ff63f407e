import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { systemCode } from '../../base/durable.ts'
import { uuidv7 } from '../../base/id.ts'
import { identify, isAlive, type ProcessIdentity } from './identity.ts'

/**
 * Creates a file with its whole content, unless it is there already (false). Unlike writing with `wx`, nobody can see
 * it empty.
 */
export async function createWhole(path: string, content: string): Promise<boolean> {
  const temporary = `${path}.${uuidv7()}.tmp`
  await writeFile(temporary, content, { mode: 0o600, flush: true })
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

/**
 * A lock between processes, to save double work: that of a dead process is taken over, and two that do so at the same
 * instant may both get it, so what it guards must stay right when done twice.
 */
export async function acquireLock(path: string): Promise<AsyncDisposable | undefined> {
  const own = JSON.stringify(identify(process.pid))
  if (await createWhole(path, own)) return { [Symbol.asyncDispose]: () => rm(path, { force: true }) }
  const holder = await readFile(path, 'utf8').catch(() => undefined)
  if (holder === undefined || isHeld(holder)) return undefined
  const stale = `${path}.${uuidv7()}.stale`
  await rename(path, stale).catch(() => {})
  await rm(stale, { force: true })
  return undefined
}

function isHeld(content: string): boolean {
  try {
    return isAlive(JSON.parse(content) as ProcessIdentity)
  } catch {
    return false
  }
}

/** Tries until it has the lock or `done` says that it is no longer needed. */
export async function lockUnless(
  path: string,
  done: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<AsyncDisposable | undefined> {
  for (;;) {
    signal.throwIfAborted()
    if (await done()) return undefined
    const lock = await acquireLock(path)
    if (lock !== undefined) return lock
    await delay(50, undefined, { signal })
  }
}
