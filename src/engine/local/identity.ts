import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readProcesses } from './processes.ts'

/** Names one process for ever: numbers are used again, but not with the same start time in the same boot. */
export interface ProcessIdentity {
  readonly pid: number
  readonly startedAt: string
  readonly bootId: string
}

let boot: string | undefined

function bootId(): string {
  boot ??=
    process.platform === 'linux'
      ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
      : execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim()
  return boot
}

/** The identity of a running process; undefined when there is none. */
export function identify(pid: number): ProcessIdentity | undefined {
  const entry = readProcesses([pid]).entry(pid)
  if (entry === undefined || entry.state === 'Z') return undefined
  return { pid, startedAt: entry.startedAt, bootId: bootId() }
}

export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false
  return identify(identity.pid)?.startedAt === identity.startedAt
}
