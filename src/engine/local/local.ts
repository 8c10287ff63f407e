import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SlipwayError } from '../../base/error.ts'
import type { Log } from '../../base/log.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { Engine, JobHandle } from '../engine.ts'
import { installerEnvironment } from './environment.ts'
import { killMarked } from './family.ts'
import { follow } from './follow.ts'
import { cancel, endingOf, lostEnding, markOf, spawnWrapper } from './handover.ts'
import { jobDirectory, type Order, readState } from './layout.ts'
import { findPython, type Python } from './python.ts'
import { type PrepareOptions, type PythonEnvironment, prepareEnvironment } from './python-environment.ts'
import { removeJob, removeStale } from './remove.ts'
import { isName, stage } from './stage.ts'
import { takeOver } from './takeover.ts'
import { openWatcher } from './watch.ts'

export interface LocalEngineOptions {
  /** The platform's data directory; jobs lie in `jobs/`, Python environments in `python/`. */
  readonly home: string
  readonly blobs: Blobs
  readonly log: Log
  /** SLIPWAY_PYTHON: the interpreter for Python environments. Absent: the first suitable one on the PATH. */
  readonly python?: string
  /** The platform's own environment: its PATH, and settings for installing packages. */
  readonly environment?: NodeJS.ProcessEnv
  /** What is kept of a job's log, in bytes. Default 32 MiB. */
  readonly logBytes?: number
  /** For building a Python environment. Default 15 minutes. */
  readonly setupTimeoutMs?: number
}

export interface LocalEngine extends Engine {
  /** Builds the Python environment of a requirements file ahead of the first job that needs it. */
  prepareEnvironment(requirements: string, options?: PrepareOptions): Promise<PythonEnvironment>
}

/** Runs jobs as processes of this machine, each under a detached wrapper that outlives the platform. */
export function createLocalEngine(options: LocalEngineOptions): LocalEngine {
  const { home, blobs, log } = options
  const environment = options.environment ?? process.env
  const path = environment.PATH ?? '/usr/local/bin:/usr/bin:/bin'
  const jobs = join(home, 'jobs')
  const cleaned = removeStale(jobs).catch((error) => log.warn('jobs.cleaning_failed', { error }))
  const directoryOf = (handle: JobHandle) => {
    if (!isName(handle.name))
      throw new SlipwayError('invalid_argument', `"${handle.name}" is not a name for a job.`)
    return jobDirectory(join(jobs, handle.name))
  }
  let python: Python | undefined
  const pythonSettings = () => ({
    home: join(home, 'python'),
    path,
    installer: installerEnvironment(environment),
    ...(options.python !== undefined && { command: options.python }),
    ...(python !== undefined && { found: python }),
  })
  const staging = () => ({
    blobs,
    jobs,
    path,
    logBytes: options.logBytes ?? 32 * 2 ** 20,
    setupTimeoutMs: options.setupTimeoutMs ?? 15 * 60_000,
    python: pythonSettings(),
  })

  return {
    name: 'local',
    async start(spec) {
      await cleaned
      const directory = directoryOf({ engine: 'local', name: spec.name, data: {} })
      if (!existsSync(directory.order)) {
        // Looking takes a while, so each job is spared it; without any, its own setup says so.
        if (spec.requirements !== undefined)
          python ??= await findPython(pythonSettings()).catch(() => undefined)
        await stage(spec, staging())
      }
      if (!existsSync(directory.wrapper)) await spawnWrapper(directory, join(home, 'cache', 'compiled'))
      log.info('job.started', { job: spec.name })
      return {
        engine: 'local',
        name: spec.name,
        data: { mark: (await readState<Order>(directory.order))?.mark },
      }
    },
    async wait(handle, signal) {
      const directory = directoryOf(handle)
      using watcher = openWatcher(directory.state)
      for (;;) {
        const ending = await endingOf(directory)
        if (ending === 'lost') await killMarked(await markOf(handle, directory))
        if (ending !== undefined)
          return takeOver(directory, ending === 'lost' ? await lostEnding(directory) : ending, blobs)
        await watcher.changed(signal)
      }
    },
    async cancel(handle) {
      const directory = directoryOf(handle)
      if ((await endingOf(directory)) === undefined) await cancel(directory)
      await killMarked(await markOf(handle, directory))
    },
    log(handle, { offset, signal }) {
      const directory = directoryOf(handle)
      return follow(directory.log, offset, async () => (await endingOf(directory)) !== undefined, signal)
    },
    async remove(handle) {
      const directory = directoryOf(handle)
      if (!existsSync(directory.root)) return
      if ((await endingOf(directory)) === undefined) {
        throw new SlipwayError('wrong_state', `The job "${handle.name}" is still running.`)
      }
      await removeJob(jobs, directory.root)
    },
    async jobs() {
      const names = (await readdir(jobs).catch(() => [])).filter(isName)
      return names.map((name) => ({ engine: 'local', name, data: {} }))
    },
    prepareEnvironment: (requirements, prepareOptions) =>
      prepareEnvironment(pythonSettings(), requirements, prepareOptions),
  }
}
