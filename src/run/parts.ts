import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../base/log.ts'
import { identify, type ProcessIdentity, presence } from '../base/process.ts'

/** Who works in a home: remembered, so that the next platform finds those that a killed one left. */
export interface Parts {
  remember(pids: readonly number[]): void
}

/** A part that has lost its supervisor ends by itself; after so long it is made to. Each is safe to kill anywhere. */
const patienceMs = 5_000

/**
 * Ends what a killed supervisor left on this home: it would hold the ports, and work beside us. Only for who holds the
 * home's lock.
 */
export async function openParts(home: string, log: Log): Promise<Parts> {
  const file = join(home, 'parts.json')
  const orphans = read(file).filter(isRunning)
  if (orphans.length > 0) log.warn('supervisor.orphans', { pids: orphans.map(({ pid }) => pid) })
  for (const [signal, patience] of [
    ['SIGTERM', patienceMs],
    ['SIGKILL', patienceMs],
  ] as const) {
    for (const { pid } of orphans.filter(isRunning)) send(pid, signal)
    const deadline = Date.now() + patience
    while (orphans.some(isRunning) && Date.now() < deadline) await delay(20)
  }
  return {
    remember(pids) {
      try {
        write(file, pids)
      } catch (error) {
        // as on a full disk: the parts themselves matter more
        log.warn('supervisor.parts_not_remembered', { error })
      }
    },
  }
}

function read(file: string): ProcessIdentity[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity[]
  } catch {
    return []
  }
}

/** Whole or not at all; not flushed, since no process outlives its machine. */
function write(file: string, pids: readonly number[]): void {
  writeFileSync(`${file}.tmp`, JSON.stringify(pids.flatMap((pid) => identify(pid) ?? [])), { mode: 0o600 })
  renameSync(`${file}.tmp`, file)
}

function isRunning(identity: ProcessIdentity): boolean {
  return presence(identity) === 'running'
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // it has ended meanwhile
  }
}
