import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { silent } from '../../src/base/log.ts'
import type { Blobs } from '../../src/blobs/blobs.ts'
import { openBlobs } from '../../src/blobs/open.ts'
import type { JobHandle, JobLimits, JobResult, JobSpec } from '../../src/engine/engine.ts'
import { createLocalEngine, type LocalEngine, type LocalEngineOptions } from '../../src/engine/local/local.ts'
import { removeTree } from '../../src/engine/local/remove.ts'

/** A local engine on an empty home, as one platform process would have it. */
export interface TestEngine extends AsyncDisposable {
  readonly home: string
  readonly blobs: Blobs
  readonly engine: LocalEngine
  /** Runs a job to its end. */
  run(spec: JobSpec): Promise<JobResult>
  wait(handle: JobHandle): Promise<JobResult>
  /** The whole log of a job, until it ends. */
  readLog(handle: JobHandle): Promise<string>
}

/** Longer than any job of the tests takes on a busy machine. */
const patience = 60_000

export async function openTestEngine(options: Partial<LocalEngineOptions> = {}): Promise<TestEngine> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'slipway-engine-')))
  const blobs = options.blobs ?? (await openBlobs({ kind: 'local', home }))
  const engine = createLocalEngine({ log: silent, ...options, home, blobs })
  const wait = (handle: JobHandle) => engine.wait(handle, AbortSignal.timeout(patience))
  return {
    home,
    blobs,
    engine,
    wait,
    run: async (spec) => wait(await engine.start(spec)),
    async readLog(handle) {
      let text = ''
      for await (const bytes of engine.log(handle, { offset: 0, signal: AbortSignal.timeout(patience) })) {
        text += Buffer.from(bytes).toString()
      }
      return text
    },
    [Symbol.asyncDispose]: () => removeTree(home),
  }
}

let count = 0

/** A job with everything it does not say left out. */
export function job(
  command: JobSpec['command'],
  more: Partial<Omit<JobSpec, 'limits'>> & { limits?: Partial<JobLimits> } = {},
): JobSpec {
  const { limits, ...rest } = more
  return {
    name: `job-${process.pid}-${count++}`,
    command,
    inputs: {},
    outputs: [],
    params: {},
    env: {},
    ...rest,
    limits: { timeoutMs: 30_000, memoryBytes: 2 ** 30, cpu: 1, graceMs: 300, ...limits },
  }
}

/** Waits until a condition holds; fails when it takes too long. */
export async function until<T>(
  condition: () => T | undefined | Promise<T | undefined>,
  what: string,
): Promise<T> {
  const deadline = Date.now() + patience / 2
  while (Date.now() < deadline) {
    const value = await condition()
    if (value !== undefined) return value
    await delay(10)
  }
  throw new Error(`It did not come about: ${what}`)
}
