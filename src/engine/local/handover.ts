import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { systemCode } from '../../base/durable.ts'
import { SlipwayError } from '../../base/error.ts'
import type { JobHandle } from '../engine.ts'
import { markVariable } from './environment.ts'
import { isAlive, type ProcessIdentity } from './identity.ts'
import { type Ending, type JobDirectory, type Order, readState } from './layout.ts'
import { openWatcher } from './watch.ts'

const wrapperProgram = join(import.meta.dirname, `wrapper${extname(import.meta.filename)}`)
/** A wrapper does little and must be small beside its job. */
const wrapperFlags = ['--max-old-space-size=64', '--max-semi-space-size=1']
/** How long a wrapper may take to end a job beyond the grace period before it is ended itself. */
const wrapperGraceMs = 10_000

/** Starts a wrapper and resolves when one, this or an earlier one, has durably claimed the job. */
export async function spawnWrapper(directory: JobDirectory, compileCache: string): Promise<void> {
  const errors = join(directory.state, 'wrapper.log')
  const errorFile = openSync(errors, 'a', 0o600)
  try {
    const child = spawn(process.execPath, [...wrapperFlags, wrapperProgram, directory.root], {
      cwd: directory.root,
      detached: true,
      env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', NODE_COMPILE_CACHE: compileCache },
      stdio: ['ignore', 'ignore', errorFile, 'pipe'],
    })
    child.unref()
    const failed = new Promise<never>((_, reject) => child.once('error', reject))
    const pipe = child.stdio[3]
    const claim = pipe instanceof Readable ? text(pipe) : Promise.resolve('')
    if ((await Promise.race([claim, failed])) !== '') return
    const detail = (await readFile(errors, 'utf8')).slice(-1000)
    throw new SlipwayError('job_lost', `The wrapper of the job could not start. ${detail}`)
  } finally {
    closeSync(errorFile)
  }
}

/** How the job ended; `lost` when its wrapper is gone without having said; undefined while it runs. */
export async function endingOf(directory: JobDirectory): Promise<Ending | 'lost' | undefined> {
  const ending = await readState<Ending>(directory.ending)
  if (ending !== undefined) return ending
  const wrapper = await readState<ProcessIdentity>(directory.wrapper)
  if (wrapper !== undefined && isAlive(wrapper)) return undefined
  // It may have ended between the two looks.
  return (await readState<Ending>(directory.ending)) ?? 'lost'
}

/** What is said of a job that nobody saw ending. */
export async function lostEnding(directory: JobDirectory): Promise<Ending> {
  const startedAt = (await stat(directory.order).catch(() => undefined))?.mtimeMs ?? Date.now()
  return {
    outcome: 'lost',
    exitCode: null,
    message: 'The job was lost: its wrapper process ended without a result, as when the machine restarts.',
    startedAt: Math.round(startedAt),
    endedAt: Date.now(),
    usage: { peakBytes: null, cpuSeconds: null },
  }
}

/** The text that every process of the job carries in its environment. */
export async function markOf(handle: JobHandle, directory: JobDirectory): Promise<string> {
  const order = await readState<Order>(directory.order)
  return `${markVariable}=${order?.mark ?? handle.data.mark}`
}

/** Asks the wrapper to end the job and waits until it has; a wrapper that does not is ended itself. */
export async function cancel(directory: JobDirectory): Promise<void> {
  const order = await readState<Order>(directory.order)
  if (order === undefined) return
  await writeFile(directory.cancel, '', { flush: true })
  const deadline = performance.now() + order.limits.graceMs + wrapperGraceMs
  const { signal } = new AbortController()
  using watcher = openWatcher(directory.state)
  while ((await endingOf(directory)) === undefined) {
    if (performance.now() > deadline) await killWrapper(directory)
    await watcher.changed(signal)
  }
}

async function killWrapper(directory: JobDirectory): Promise<void> {
  const wrapper = await readState<ProcessIdentity>(directory.wrapper)
  if (wrapper === undefined || !isAlive(wrapper)) return
  try {
    process.kill(wrapper.pid, 'SIGKILL')
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error
  }
}
