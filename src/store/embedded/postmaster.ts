import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SlipwayError } from '../../base/error.ts'
import { reportsFullDisk } from '../failure.ts'
import type { Binaries } from './binaries.ts'
import { asUser } from './initialize.ts'
import type { Place } from './place.ts'
import { settingArguments } from './settings.ts'

/** The main process of a running server, ours or one that was left running. */
export interface Postmaster {
  readonly pid: number
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>
  readonly takenOver: boolean
}

const startTimeoutMs = 60_000
const largestLog = 10 * 1024 * 1024

/** Starts the server of a place and waits until it accepts connections; takes over one that runs already. */
export async function startPostmaster(
  place: Place,
  binaries: Binaries,
  settings: Readonly<Record<string, string>>,
): Promise<Postmaster> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    const running = await findRunning(place)
    if (running !== undefined) return running
    const child = await launch(place, binaries, settings)
    const postmaster = { pid: child.pid ?? 0, ended: endOf(child), takenOver: false }
    if (await becomesReady(place, postmaster, deadline)) return postmaster
    const report = await lastWords(place)
    // Backends of a postmaster that was killed hold its shared memory for another moment.
    if (!/still in use/.test(report) || Date.now() > deadline) throw failedToStart(place, report)
    await delay(100)
  }
}

/** Ends a server: fast shutdown first, harder when it does not obey. */
export async function stopPostmaster(postmaster: Postmaster): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!send(postmaster.pid, signal)) return
    if (await endsWithin(postmaster, patience)) return
  }
}

async function endsWithin(postmaster: Postmaster, patience: number): Promise<boolean> {
  const waiting = new AbortController()
  // Referenced: the server's process is not, and the program must not end before its server has.
  const late = delay(patience, false, { signal: waiting.signal }).catch(() => false)
  const ended = await Promise.race([postmaster.ended.then(() => true), late])
  waiting.abort()
  return ended
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

async function launch(
  place: Place,
  binaries: Binaries,
  settings: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const size = (await stat(place.log).catch(() => undefined))?.size ?? 0
  if (size > largestLog) await rename(place.log, `${place.log}.1`)
  // Written to a file, not to us: the server goes on when the platform is killed.
  const log = await open(place.log, 'a', 0o600)
  const sockets = `"${place.sockets.replaceAll('"', '""')}"`
  const all = settingArguments({ ...settings, unix_socket_directories: sockets })
  try {
    const child = spawn(binaries.postgres, ['-D', place.data, ...all], {
      cwd: place.directory,
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', log.fd, log.fd],
      // A process group of its own: Ctrl-C is for the platform, which stops the server last.
      detached: true,
      ...asUser(place),
    })
    await once(child, 'spawn')
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('exit', () => resolve()))
}

/** The lines of `postmaster.pid`: the first is the pid, the eighth the state. */
async function pidFile(place: Place): Promise<{ pid: number; state: string } | undefined> {
  const text = await readFile(join(place.data, 'postmaster.pid'), 'utf8').catch(() => undefined)
  const lines = text?.split('\n') ?? []
  return lines[0] === undefined || lines[0] === ''
    ? undefined
    : { pid: Number(lines[0]), state: (lines[7] ?? '').trim() }
}

async function becomesReady(place: Place, postmaster: Postmaster, deadline: number): Promise<boolean> {
  let ended = false
  postmaster.ended.then(() => {
    ended = true
  })
  while (!ended && Date.now() < deadline) {
    const file = await pidFile(place)
    if (file?.pid === postmaster.pid && file.state === 'ready') return true
    await delay(5)
  }
  return false
}

/** A server on this data directory that nobody looks after; a pid file without one is removed. */
async function findRunning(place: Place): Promise<Postmaster | undefined> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    const file = await pidFile(place)
    if (file === undefined) return undefined
    if (!(await isServerOf(place, file.pid))) {
      await rm(join(place.data, 'postmaster.pid'), { force: true })
      return undefined
    }
    if (file.state === 'ready')
      return { pid: file.pid, ended: endOfForeign(place, file.pid), takenOver: true }
    if (Date.now() > deadline) throw failedToStart(place, `process ${file.pid} is ${file.state}`)
    await delay(20)
  }
}

/** Pids are used again: only a process that works in this data directory is its server. */
async function isServerOf(place: Place, pid: number): Promise<boolean> {
  if (!send(pid, 0)) return false
  if (process.platform !== 'linux') return true
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
  return cwd !== undefined && cwd === (await realpath(place.data))
}

async function endOfForeign(place: Place, pid: number): Promise<void> {
  while (await isServerOf(place, pid)) await delay(200, undefined, { ref: false })
}

async function lastWords(place: Place): Promise<string> {
  const text = await readFile(place.log, 'utf8').catch(() => '')
  return text.trim().split('\n').slice(-6).join('\n')
}

function failedToStart(place: Place, report: string): SlipwayError {
  const full = reportsFullDisk(report)
  return new SlipwayError(
    full ? 'disk_full' : 'database_unavailable',
    full
      ? `The disk that holds ${place.directory} is full.`
      : `The embedded database did not start: ${report}`,
    { facts: { log: place.log } },
  )
}
