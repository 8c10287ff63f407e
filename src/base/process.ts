import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** What tells one process from every other, also after its pid was given to another or the machine restarted. */
export interface ProcessIdentity {
  readonly host: string
  readonly boot: string
  /** Processes of different containers on one kernel cannot see each other. */
  readonly namespace: string
  readonly pid: number
  readonly start: string
}

let self: ProcessIdentity | undefined
let machine: Omit<ProcessIdentity, 'pid' | 'start'> | undefined

/** The identity of a process of this machine; undefined when there is none with that pid. */
export function identify(pid: number = process.pid): ProcessIdentity | undefined {
  if (pid !== process.pid) return read(pid)
  self ??= read(pid)
  return self
}

function read(pid: number): ProcessIdentity | undefined {
  const start = startTime(pid)
  if (start === undefined) return undefined
  machine ??= { host: hostname(), boot: bootId(), namespace: pidNamespace() }
  return { ...machine, pid, start }
}

/** Whether that process runs now. `unknown`: it belongs to another machine or container, which cannot be seen from here. */
export function presence(identity: ProcessIdentity): 'running' | 'gone' | 'unknown' {
  const own = identify()
  if (own === undefined) return 'unknown'
  if (own.boot !== identity.boot) return own.host === identity.host ? 'gone' : 'unknown'
  if (own.namespace !== identity.namespace) return 'unknown'
  return startTime(identity.pid) === identity.start ? 'running' : 'gone'
}

/** When a process started, in the machine's own terms: only good for comparing. A zombie counts as gone. */
function startTime(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      return (
        execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
      )
    }
    // The second field is the command in parentheses and may hold anything; state is the third, start time the 22nd.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function bootId(): string {
  if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return execFileSync('sysctl', ['-n', 'kern.boottime'], { encoding: 'utf8' }).trim()
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}
