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
  let members: Processes = new Map()
  let strangers = new Map<number, Stranger>()
  let rechecked = performance.now()
  let first = root
  // What is older than its wrapper cannot belong to the job.
  const since = root === undefined ? 0 : Number(readProcesses([process.pid]).entry(process.pid)?.startedAt)

  const scan = (thorough = false) => {
    const table = readProcesses()
    const all = thorough || performance.now() - rechecked > recheckMs
    if (all) rechecked = performance.now()
    const found: Processes = new Map()
    const others: ProcessEntry[] = []
    const passed = new Map<number, Stranger>()
    for (const pid of table.pids) {
      if (pid === process.pid) continue
      const stranger = strangers.get(pid)
      if (stranger !== undefined && isSettled(stranger) && !all) {
        passed.set(pid, stranger)
        continue
      }
      const entry = table.entry(pid)
      if (entry === undefined || entry.state === 'Z') continue
      if (pid === first || members.get(pid)?.startedAt === entry.startedAt) found.set(pid, entry)
      else others.push(entry)
    }
    const looked = new Map(
      others.map((entry) => [entry.pid, look(table, entry, mark, strangers.get(entry.pid), since)]),
    )
    const isMarked = (entry: ProcessEntry) => looked.get(entry.pid) === 'marked'
    for (const { pid } of adopt(found, others, members, isMarked)) {
      const seen = looked.get(pid)
      if (seen !== undefined && seen !== 'marked') passed.set(pid, seen)
    }
    first = undefined
    members = found
    strangers = passed
    return { settled: [...passed.values()].every(isSettled), ...measure(table, [...found.values()]) }
  }
  return {
    scan,
    signal(signal) {
      for (const pid of members.keys()) send(pid, signal)
    },
  }
}

type Processes = Map<number, ProcessEntry>

/** A process that does not belong to the job, as far as could be seen. */
interface Stranger {
  readonly startedAt: string
  /** How often its environment was found empty, as it is while a program, perhaps the job's, is being loaded. */
  readonly blank: number
}

const blankLooks = 4

/** Whether it is known not to carry the mark. */
function isSettled(stranger: Stranger): boolean {
  return stranger.blank === 0 || stranger.blank >= blankLooks
}

function look(
  table: ProcessTable,
  { pid, startedAt }: ProcessEntry,
  mark: string,
  before: Stranger | undefined,
  since: number,
): Stranger | 'marked' {
  const known = before?.startedAt === startedAt ? before : undefined
  if (known !== undefined && isSettled(known)) return known
  const marked = table.hasMark(pid, mark)
  if (marked === true) return 'marked'
  const open = marked === undefined && Number(startedAt) >= since
  return { startedAt, blank: open ? (known?.blank ?? 0) + 1 : 0 }
}

/** Moves what belongs to the job to `found`: what is marked, and whose parent, group or session belongs. Returns the rest. */
function adopt(
  found: Processes,
  others: readonly ProcessEntry[],
  before: Processes,
  isMarked: (entry: ProcessEntry) => boolean,
): readonly ProcessEntry[] {
  const groups = new Set<number>()
  for (const entry of [...before.values(), ...found.values()]) groups.add(entry.group).add(entry.session)
  const stays = (entry: ProcessEntry) => {
    const related = found.has(entry.parent) || groups.has(entry.group) || groups.has(entry.session)
    if (!related && !isMarked(entry)) return true
    found.set(entry.pid, entry)
    groups.add(entry.group).add(entry.session)
    return false
  }
  let rest = others
  for (;;) {
    const left = rest.filter(stays)
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
    exactBytes: () => sum((entry) => table.proportionalBytes(entry.pid) ?? residentNow(table, entry.pid)),
  }
}

/** Without memory if it has just ended. */
function residentNow(table: ProcessTable, pid: number): number {
  return table.entry(pid)?.residentBytes ?? 0
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
