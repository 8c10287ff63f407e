import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** One process, as far as its job's limits need to know. */
export interface ProcessEntry {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** As the system gives it: equal for the same process, different for a later one of the same number. */
  readonly startedAt: string
  /** One letter; `Z` is dead and waits to be reaped. */
  readonly state: string
  readonly residentBytes: number
}

/** The processes of the machine at one moment. */
export interface ProcessTable {
  readonly pids: readonly number[]
  entry(pid: number): ProcessEntry | undefined
  /** Whether the process has this text in its environment; undefined when that is empty, as it is while a program is being loaded. */
  hasMark(pid: number, mark: string): boolean | undefined
  /** Resident memory with what is shared divided among its sharers, where the system knows it. */
  proportionalBytes(pid: number): number | undefined
}

/** Reads all processes, or only those given. */
export function readProcesses(only?: readonly number[]): ProcessTable {
  return process.platform === 'linux' ? readProc(only) : readPs(only)
}

/** Linux's page size is 4 KiB on every platform that we support; statm and stat count in pages. */
const pageBytes = 4096

function readProc(only: readonly number[] | undefined): ProcessTable {
  return {
    pids: only ?? numbersIn('/proc'),
    entry(pid) {
      const stat = readOrNothing(`/proc/${pid}/stat`)
      return stat === undefined ? undefined : parseStat(pid, stat)
    },
    hasMark(pid, mark) {
      const environ = readOrNothing(`/proc/${pid}/environ`)
      return environ === '' ? undefined : (environ?.includes(mark) ?? false)
    },
    proportionalBytes(pid) {
      const kilobytes = readOrNothing(`/proc/${pid}/smaps_rollup`)?.match(/^Pss:\s+(\d+) kB$/m)?.[1]
      return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
    },
  }
}

/** proc_pid_stat(5). The command's name may hold spaces and parentheses, so fields are counted from its end. */
export function parseStat(pid: number, stat: string): ProcessEntry | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, parent, group, session] = fields
  const startedAt = fields[19]
  if (state === undefined || startedAt === undefined) return undefined
  return {
    pid,
    state,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startedAt,
    residentBytes: Number(fields[21]) * pageBytes,
  }
}

function numbersIn(directory: string): number[] {
  return readdirSync(directory).map(Number).filter(Number.isInteger)
}

/** A process may end between being listed and being read. */
function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

/** Where there is no /proc (macOS): one `ps` for all. */
export function readPs(only?: readonly number[]): ProcessTable {
  const selection = only === undefined ? ['-ax'] : ['-p', only.join(',')]
  const lines = ps([...selection, '-o', 'pid=,ppid=,pgid=,stat=,rss=,lstart=']).split('\n')
  const entries = new Map(lines.flatMap((line) => parsePsLine(line) ?? []).map((entry) => [entry.pid, entry]))
  return {
    pids: [...entries.keys()],
    entry: (pid) => entries.get(pid),
    hasMark: (pid, mark) => ps(['eww', '-o', 'command=', '-p', String(pid)]).includes(mark),
    proportionalBytes: () => undefined,
  }
}

function parsePsLine(line: string): ProcessEntry | undefined {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S)\S*\s+(\d+)\s+(\S.*\S)\s*$/.exec(line)
  if (match === null) return undefined
  const [, pid, parent, group, state = '', kilobytes, startedAt = ''] = match
  // macOS's ps gives no session; a group never leaves its session, so it stands for one.
  const numbers = { pid: Number(pid), parent: Number(parent), group: Number(group), session: Number(group) }
  return { ...numbers, state, startedAt, residentBytes: Number(kilobytes) * 1024 }
}

function ps(args: string[]): string {
  try {
    return execFileSync('ps', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
    })
  } catch {
    return ''
  }
}
