import { performance } from 'node:perf_hooks'
import { type ProcessEntry, type ProcessTable, readProcesses } from './processes.ts'

/** How often processes that did not belong to the job are looked at again. */
const recheckMs = 1000

/** All processes of a job: children, grandchildren, and those that left their parents and sessions. */
export interface Family {
  /** Finds the members now; when thorough, among all processes and not only those that are new. */
  scan(thorough?: boolean): Members
  /** Sends a signal to each member. */
  signal(signal: NodeJS.Signals): void
}

export interface Members {
  /** False while there are processes of which it cannot be said yet whether they belong. */
  readonly settled: boolean
  readonly count: number
  /** Resident memory together; what members share counts once for each. */
  readonly residentBytes: number
  /** The same with shared memory counted once; slower, so asked for only near a limit. */
  exactBytes(): number
}

/**
 * A process belongs to the job when its parent, group or session does, or when it carries the job's mark in its
 * environment: a daemon loses its parent, group and session, and a cleaned environment loses the mark, but to lose
 * all of them it would have to happen between two scans.
 */
export function createFamily(mark: string, root?: number): Family {
  let members = new Map<number, ProcessEntry>()
  let strangers = new Map<number, Stranger>()
  let rechecked = performance.now()
  // What is older than its wrapper cannot belong to the job.
  const since = root === undefined ? 0 : Number(readProcesses([process.pid]).entry(process.pid)?.startedAt)

  const scan = (thorough = false) => {
    const table = readProcesses()
    const all = thorough || performance.now() - rechecked > recheckMs
    if (all) rechecked = performance.now()
    const found = new Map<number, ProcessEntry>()
    const unknown: ProcessEntry[] = []
    const passed = new Map<number, Stranger>()
    for (const pid of table.pids) {
      const stranger = strangers.get(pid)
      if (pid === process.pid) continue
      if (stranger !== undefined && stranger.looks >= enoughLooks && !all) {
        passed.set(pid, stranger)
        continue
      }
      const entry = table.entry(pid)
      if (entry === undefined || entry.state === 'Z') continue
      if (pid === root || members.get(pid)?.startedAt === entry.startedAt) found.set(pid, entry)
      else unknown.push(entry)
    }
    const blank = new Set<number>()
    for (const { pid, startedAt } of adopt(table, found, unknown, members, mark, blank)) {
      const before = strangers.get(pid)
      const looks = before?.startedAt === startedAt ? before.looks + 1 : 1
      const open = blank.has(pid) && Number(startedAt) >= since
      passed.set(pid, { startedAt, looks: open ? looks : enoughLooks })
    }
    members = found
    strangers = passed
    const settled = ![...passed.values()].some((stranger) => stranger.looks < enoughLooks)
    return { settled, ...measure(table, [...found.values()]) }
  }
  return {
    scan,
    signal(signal) {
      for (const pid of members.keys()) send(pid, signal)
    },
  }
}

/** A process that does not belong to the job, as far as could be seen. */
interface Stranger {
  readonly startedAt: string
  readonly looks: number
}

/** A process whose environment is empty may be about to run a program of the job; it is looked at this often. */
const enoughLooks = 4

/** Moves entries that belong to the job from `unknown` to `found`, until no more do; returns the others. */
function adopt(
  table: ProcessTable,
  found: Map<number, ProcessEntry>,
  unknown: ProcessEntry[],
  before: ReadonlyMap<number, ProcessEntry>,
  mark: string,
  blank: Set<number>,
): ProcessEntry[] {
  const groups = new Set<number>()
  for (const entry of [...before.values(), ...found.values()]) groups.add(entry.group).add(entry.session)
  const belongs = (entry: ProcessEntry, marked: boolean) => {
    if (!(marked || found.has(entry.parent) || groups.has(entry.group) || groups.has(entry.session)))
      return false
    found.set(entry.pid, entry)
    groups.add(entry.group).add(entry.session)
    return true
  }
  let rest = unknown.filter((entry) => {
    const marked = table.hasMark(entry.pid, mark)
    if (marked === undefined) blank.add(entry.pid)
    return !belongs(entry, marked === true)
  })
  for (;;) {
    const left = rest.filter((entry) => !belongs(entry, false))
    if (left.length === rest.length) return left
    rest = left
  }
}

function measure(table: ProcessTable, members: ProcessEntry[]): Omit<Members, 'settled'> {
  const sum = (bytes: (entry: ProcessEntry) => number) =>
    members.reduce((total, entry) => total + bytes(entry), 0)
  return {
    count: members.length,
    residentBytes: sum((entry) => entry.residentBytes),
    exactBytes: () => sum((entry) => table.proportionalBytes(entry.pid) ?? entry.residentBytes),
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}

/** Whether nothing of the job runs any more. */
export function isGone(family: Family): boolean {
  const { count, settled } = family.scan(true)
  return count === 0 && settled
}

/** Ends whatever carries a job's mark, for a job whose wrapper is gone. Resolves when nothing of it runs. */
export async function killMarked(mark: string): Promise<void> {
  const family = createFamily(mark)
  while (!isGone(family)) {
    family.signal('SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
