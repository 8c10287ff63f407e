import { performance } from 'node:perf_hooks'
import { type ProcessEntry, type ProcessTable, readProcesses } from './processes.ts'

/** How often processes that did not belong to the job are looked at again. */
const recheckMs = 1000

/** All processes of a job: children, grandchildren, and those that left their parents and sessions. */
export interface Family {
  /** Finds the members now. */
  scan(): Members
  /** Sends a signal to each member. */
  signal(signal: NodeJS.Signals): void
}

export interface Members {
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
  let strangers = new Map<number, string>()
  let rechecked = performance.now()

  const scan = () => {
    const table = readProcesses()
    const all = performance.now() - rechecked > recheckMs
    if (all) rechecked = performance.now()
    const found = new Map<number, ProcessEntry>()
    const unknown: ProcessEntry[] = []
    const passed = new Map<number, string>()
    for (const pid of table.pids) {
      const stranger = strangers.get(pid)
      if (pid === process.pid || (stranger !== undefined && !all)) {
        if (stranger !== undefined) passed.set(pid, stranger)
        continue
      }
      const entry = table.entry(pid)
      if (entry === undefined || entry.state === 'Z') continue
      if (pid === root || members.get(pid)?.startedAt === entry.startedAt) found.set(pid, entry)
      else unknown.push(entry)
    }
    const rest = adopt(table, found, unknown, members, mark)
    for (const entry of rest) passed.set(entry.pid, entry.startedAt)
    members = found
    strangers = passed
    return measure(table, [...found.values()])
  }
  return {
    scan,
    signal(signal) {
      for (const pid of members.keys()) send(pid, signal)
    },
  }
}

/** Moves entries that belong to the job from `unknown` to `found`, until no more do; returns the others. */
function adopt(
  table: ProcessTable,
  found: Map<number, ProcessEntry>,
  unknown: ProcessEntry[],
  before: ReadonlyMap<number, ProcessEntry>,
  mark: string,
): ProcessEntry[] {
  const groups = new Set<number>()
  const take = (entry: ProcessEntry) => {
    found.set(entry.pid, entry)
    groups.add(entry.group).add(entry.session)
  }
  for (const entry of before.values()) groups.add(entry.group).add(entry.session)
  for (const entry of [...found.values()]) take(entry)
  let rest = unknown.filter((entry) => !table.hasMark(entry.pid, mark) || take(entry))
  for (;;) {
    const left = rest.filter(
      (entry) =>
        !(found.has(entry.parent) || groups.has(entry.group) || groups.has(entry.session)) || take(entry),
    )
    if (left.length === rest.length) return left
    rest = left
  }
}

function measure(table: ProcessTable, members: ProcessEntry[]): Members {
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

/** Ends whatever carries a job's mark, for a job whose wrapper is gone. Resolves when nothing of it runs. */
export async function killMarked(mark: string): Promise<void> {
  const family = createFamily(mark)
  while (family.scan().count > 0) {
    family.signal('SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
