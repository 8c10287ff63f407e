import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { syncDirectory } from '../../base/durable.ts'
import { messageOf, SlipwayError } from '../../base/error.ts'
import { describeExit } from './ending.ts'
import { withPython } from './environment.ts'
import { identify } from './identity.ts'
import {
  type Ending,
  type JobDirectory,
  jobDirectory,
  type Order,
  readState,
  type Secrets,
} from './layout.ts'
import { createWhole } from './lock.ts'
import { type LogFile, openLogFile } from './log-file.ts'
import { removeFiles } from './remove.ts'
import { supervise } from './supervise.ts'

// The program that carries out one job. It is started detached and needs nothing of the platform until it has ended:
// it enforces the limits, keeps the log and writes down how the job ended, also when the platform is dead.

/** The pipe on which the one who started it waits for its claim. */
const claimPipe = 3
/** Written ahead, so that the ending finds room on a disk that the job has filled. */
const reservedBytes = 8192

async function main(): Promise<void> {
  // Cancelling is asked for by a file; a signal to a whole process tree is meant for the platform, not for its jobs.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
  const directory = jobDirectory(process.argv[2] ?? '')
  const claimed = await createWhole(directory.wrapper, JSON.stringify(identify(process.pid)))
  if (claimed) await syncDirectory(directory.state)
  tellStarter()
  if (!claimed) return
  const order = await readState<Order>(directory.order)
  const secrets = await readState<Secrets>(directory.secrets)
  if (order === undefined || secrets === undefined) throw new Error('The job has no order.')
  rmSync(directory.secrets, { force: true })
  const reserved = `${directory.ending}.reserved`
  const file = openSync(reserved, 'w', 0o600)
  writeSync(file, Buffer.alloc(reservedBytes, ' '))
  closeSync(file)
  const ending = await carryOut(order, secrets, directory)
  await record(ending, reserved, directory)
}

function tellStarter(): void {
  try {
    writeSync(claimPipe, '1')
    closeSync(claimPipe)
  } catch {
    // The one who started it is gone; the claim is on disk.
  }
}

async function carryOut(order: Order, secrets: Secrets, directory: JobDirectory): Promise<Ending> {
  const log = openLogFile(directory.log, order.logBytes)
  const startedAt = Date.now()
  const nothingUsed = { peakBytes: null, cpuSeconds: null }
  try {
    const environment = await setUp(order, secrets, directory, log)
    const exit = await supervise(order, environment.variables, directory, log)
    const described = describeExit(exit, order.limits, log.lastLines(5))
    if (described.outcome !== 'succeeded') await removeFiles(directory)
    const { python } = environment
    return {
      ...described,
      startedAt,
      endedAt: Date.now(),
      usage: exit.usage,
      ...(python && { environment: python }),
    }
  } catch (error) {
    const outcome = existsSync(directory.cancel) ? 'cancelled' : 'setup_failed'
    const failure = outcome === 'cancelled' ? cancelled : explain(error)
    log.note(failure.message)
    return { outcome, exitCode: null, ...failure, startedAt, endedAt: Date.now(), usage: nothingUsed }
  } finally {
    log.close()
  }
}

const cancelled = { message: 'The job was cancelled before its command began.' }

function explain(error: unknown): Pick<Ending, 'message' | 'code'> {
  if (error instanceof SlipwayError) return { message: error.message, code: error.code }
  return { message: `The job could not be set up: ${messageOf(error)}` }
}

/** Unpacks the code and finds or builds the Python environment; ends at once when the job is cancelled. */
async function setUp(order: Order, secrets: Secrets, directory: JobDirectory, log: LogFile) {
  const cancelled = new AbortController()
  const poll = setInterval(() => existsSync(directory.cancel) && cancelled.abort(), 100)
  try {
    if (order.hasCode) {
      const { unpack } = await import('./unpack.ts')
      await unpack(directory.code, directory.work)
      rmSync(directory.code, { force: true })
    }
    if (order.requirements === undefined) return { variables: secrets.environment }
    const { prepareEnvironment } = await import('./python-environment.ts')
    const settings = { ...order.python, installer: secrets.installer }
    const built = await prepareEnvironment(settings, order.requirements, {
      onProgress: (line) => log.note(line),
      signal: cancelled.signal,
      timeoutMs: order.setupTimeoutMs,
    })
    const { digest, lockDigest, python } = built
    return {
      variables: withPython(secrets.environment, built.directory),
      python: { digest, lockDigest, python },
    }
  } finally {
    clearInterval(poll)
  }
}

/** Overwrites the reserved file in place and gives it its name; on a full disk that still fails, tries on. */
async function record(ending: Ending, reserved: string, directory: JobDirectory): Promise<void> {
  const content = Buffer.from(JSON.stringify(ending).padEnd(reservedBytes))
  for (;;) {
    try {
      const file = await open(reserved, 'r+')
      await file.write(content, 0, content.length, 0)
      await file.sync()
      await file.close()
      await rename(reserved, directory.ending)
      return await syncDirectory(directory.state)
    } catch (error) {
      // As soon as the ending has its name, the platform may take it over and remove the directory.
      if (!existsSync(directory.state)) return
      process.stderr.write(`The ending could not be written: ${messageOf(error)}\n`)
      await delay(1000)
    }
  }
}

await main()
