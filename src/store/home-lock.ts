import { link, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { asDiskFull } from '../base/durable.ts'
import { SlipwayError } from '../base/error.ts'
import { uuidv7 } from '../base/id.ts'
import { identify, type ProcessIdentity, presence } from '../base/process.ts'
import { makeHome } from '../config/home.ts'

const heartbeatMs = 1000
/** A holder that cannot be seen from here (another container) is believed dead after this silence. */
const silenceMs = 5000

/**
 * Makes this process the only Slipway on a home directory, or fails with `home_in_use`.
 * The holder is the highest `lock.<n>`: taking it means linking the next number, which exactly one process can, so that
 * two programs finding the same dead holder cannot both take over.
 */
export async function lockHome(home: string): Promise<AsyncDisposable> {
  await makeHome(home)
  const self = identify()
  if (self === undefined) throw new Error('cannot read the identity of this process')
  for (;;) {
    const held = await highest(home)
    if (held !== undefined) await refuseIfAlive(home, held)
    const lock = await take(home, (held ?? 0) + 1, self)
    if (lock !== undefined) return lock
  }
}

async function numbers(home: string): Promise<number[]> {
  const names = await readdir(home)
  return names.flatMap((name) => /^lock\.(\d+)$/.exec(name)?.[1] ?? []).map(Number)
}

async function highest(home: string): Promise<number | undefined> {
  const found = await numbers(home)
  return found.length === 0 ? undefined : Math.max(...found)
}

async function refuseIfAlive(home: string, number: number): Promise<void> {
  const file = join(home, `lock.${number}`)
  const holder = await readHolder(file)
  if (holder === undefined) return
  const state = presence(holder)
  if (state === 'gone' || (state === 'unknown' && (await isSilent(file)))) return
  throw new SlipwayError(
    'home_in_use',
    `Another Slipway (process ${holder.pid} on ${holder.host}) is using ${home}.`,
    {
      facts: { home, pid: holder.pid, host: holder.host },
    },
  )
}

async function readHolder(file: string): Promise<ProcessIdentity | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    return text === '' ? undefined : (JSON.parse(text) as ProcessIdentity)
  } catch {
    return undefined
  }
}

async function isSilent(file: string): Promise<boolean> {
  const before = (await stat(file).catch(() => undefined))?.mtimeMs
  await delay(silenceMs)
  const after = (await stat(file).catch(() => undefined))?.mtimeMs
  return before === after
}

async function take(
  home: string,
  number: number,
  self: ProcessIdentity,
): Promise<AsyncDisposable | undefined> {
  const file = join(home, `lock.${number}`)
  const draft = join(home, `lock-draft.${uuidv7()}`)
  try {
    await writeFile(draft, JSON.stringify(self), { mode: 0o600 })
    await link(draft, file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined
    throw asDiskFull(error, home)
  } finally {
    await rm(draft, { force: true })
  }
  // Someone may have taken a later number, and removed the ones below it, between our look and our link.
  const others = await numbers(home)
  if (others.some((other) => other > number)) {
    await rm(file, { force: true })
    return undefined
  }
  await Promise.all(
    others.filter((other) => other < number).map((other) => rm(join(home, `lock.${other}`), { force: true })),
  )
  return hold(home, file)
}

function hold(home: string, file: string): AsyncDisposable {
  const beat = setInterval(() => {
    const now = new Date()
    utimes(file, now, now).catch(() => {})
  }, heartbeatMs)
  beat.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(beat)
      // Emptied rather than removed: numbers must never go back.
      const empty = join(home, `lock-draft.${uuidv7()}`)
      await writeFile(empty, '', { mode: 0o600 })
      await rename(empty, file)
    },
  }
}
