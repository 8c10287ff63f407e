import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { setPriority, constants as systemConstants } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { JobResult } from '../engine.ts'
import { markVariable } from './environment.ts'
import { createFamily, type Family, isGone, type Members } from './family.ts'
import type { JobDirectory, Order } from './layout.ts'
import type { LogFile } from './log-file.ts'
import { createPace } from './pace.ts'

/** How a command ended, in the system's terms. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Why it was stopped, when it was. */
  readonly stopped?: 'timeout' | 'out_of_memory' | 'cancelled'
  readonly usage: JobResult['usage']
}

/** After the command itself has ended, what it left running has this long. */
const leftoverGraceMs = 2000
/** A lower weight than the platform's: a job may use all idle time, but not slow down serving. */
const niceness = 5

interface Stop {
  readonly reason?: NonNullable<Exit['stopped']>
  readonly killAt: number
  asked?: boolean
}

/** Runs a command and all that it starts within its limits. Returns when nothing of it runs any more. */
export async function supervise(
  order: Order,
  environment: Readonly<Record<string, string>>,
  directory: JobDirectory,
  log: LogFile,
): Promise<Exit> {
  using output = openOutput(directory, log)
  const child = start(order, environment, directory, output.childEnd)
  const ended = endOf(child)
  output.closeChildEnd()
  const family = createFamily(`${markVariable}=${order.mark}`, child.pid)
  const pace = createPace(order.limits.memoryBytes)
  const deadline = performance.now() + order.limits.timeoutMs
  let stop: Stop | undefined
  let peakBytes = 0
  for (;;) {
    const members = family.scan()
    const used = usedBytes(members, order.limits.memoryBytes)
    peakBytes = Math.max(peakBytes, used)
    const now = performance.now()
    const running = ended.value === undefined
    if (!running && members.count === 0 && isGone(family)) break
    if (running && stop === undefined) stop = reasonToStop(order, directory, used, now, deadline)
    else stop ??= { killAt: now + Math.min(order.limits.graceMs, leftoverGraceMs) }
    if (stop !== undefined) pressOn(family, stop, used > order.limits.memoryBytes, now)
    const patience = Math.min(pace.next(used, now), Math.max(1, deadline - now))
    await ended.within(stop === undefined ? patience : 10)
  }
  await output.drained()
  const usage = { peakBytes: peakBytes || null, cpuSeconds: cpuSeconds() }
  return { ...ended.value, ...(stop?.reason && { stopped: stop.reason }), usage }
}

function reasonToStop(
  order: Order,
  directory: JobDirectory,
  used: number,
  now: number,
  deadline: number,
): Stop | undefined {
  if (used > order.limits.memoryBytes) return { reason: 'out_of_memory', killAt: now }
  // Nobody waits for a job whose directory was removed.
  if (existsSync(directory.cancel) || !existsSync(directory.state)) {
    return { reason: 'cancelled', killAt: now + order.limits.graceMs }
  }
  if (now >= deadline) return { reason: 'timeout', killAt: now + order.limits.graceMs }
  return undefined
}

/** SIGTERM once, then SIGKILL for as long as anything is there; at once when memory is short. */
function pressOn(family: Family, stop: Stop, short: boolean, now: number): void {
  if (now >= stop.killAt || short) family.signal('SIGKILL')
  else if (!stop.asked) family.signal('SIGTERM')
  stop.asked = true
}

/** Memory that processes share is counted exactly only when it decides. */
function usedBytes(members: Members, limit: number): number {
  return members.residentBytes > limit
    ? Math.min(members.exactBytes(), members.residentBytes)
    : members.residentBytes
}

function start(
  order: Order,
  environment: Readonly<Record<string, string>>,
  directory: JobDirectory,
  output: number,
): ChildProcess {
  const [program, ...args] =
    typeof order.command === 'string' ? ['/bin/sh', '-c', order.command] : order.command
  const lower = preferToJobs()
  try {
    const child = spawn(program ?? '', args, {
      cwd: directory.work,
      env: environment,
      detached: true,
      stdio: ['ignore', output, output],
    })
    if (child.pid !== undefined) setPriority(child.pid, niceness)
    return child
  } finally {
    lower()
  }
}

/** When the machine runs out of memory, its kernel is to end a job before the platform. Inherited by what is started now. */
function preferToJobs(): () => void {
  const path = '/proc/self/oom_score_adj'
  try {
    const before = readFileSync(path, 'utf8')
    writeFileSync(path, '500')
    return () => writeFileSync(path, before)
  } catch {
    return () => {}
  }
}

/**
 * Both outputs of the command in one named pipe: in order, and, unlike the socket that Node would make, one that a
 * script can open again as /dev/stderr.
 */
function openOutput(directory: JobDirectory, log: LogFile) {
  const path = join(directory.state, 'output')
  rmSync(path, { force: true })
  execFileSync('mkfifo', ['-m', '600', path], { env: { PATH: '/bin:/usr/bin' } })
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const reader = new Socket({ fd: readEnd, readable: true, writable: false })
  const closed = new Promise<void>((resolve) => reader.once('close', resolve))
  reader.on('data', (chunk) => log.write(chunk))
  reader.on('error', () => {})
  const childEnd = openWriteEnd(path, reader)
  return {
    childEnd,
    closeChildEnd: () => closeSync(childEnd),
    async drained() {
      rmSync(path, { force: true })
      // A process that could not be found may still hold the pipe.
      const timer = setTimeout(() => reader.destroy(), 2000)
      await closed
      clearTimeout(timer)
    },
    [Symbol.dispose]: () => reader.destroy(),
  }
}

/** An open reader would keep the wrapper alive for ever. */
function openWriteEnd(path: string, reader: Socket): number {
  try {
    return openSync(path, 'w')
  } catch (error) {
    reader.destroy()
    throw error
  }
}

/** The end of the main process, which wakes the loop. */
function endOf(child: ChildProcess) {
  let value: Pick<Exit, 'code' | 'signal'> | undefined
  let wake = () => {}
  child.once('error', () => {
    value = { code: 127, signal: null }
    wake()
  })
  child.once('exit', (code, signal) => {
    value = { code, signal }
    wake()
  })
  return {
    get value() {
      return value
    },
    within: (ms: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
  }
}

/** Of all waited-for descendants together: cutime and cstime of proc_pid_stat(5), in ticks of 10 ms. */
function cpuSeconds(): number | null {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[13]) + Number(fields[14])) / 100
  } catch {
    return null
  }
}

/** Signals by number, as a shell reports them in its exit code. */
export function signalOfCode(code: number): string | undefined {
  const entry = Object.entries(systemConstants.signals).find(([, number]) => number === code - 128)
  return code > 128 ? entry?.[0] : undefined
}
