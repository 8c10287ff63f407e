import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Outcome, play } from '../../src/run/quickstart/story.ts'
import {
  assertLogged,
  assertOnce,
  assertOnlyDowntimeFailed,
  assertSwept,
  type Downtime,
  readLedger,
} from './ledger.ts'
import { digits, eventually, type Program, slipway, startProgram } from './program.ts'

/** What an interrupter is given. */
export interface Interruption {
  readonly program: Program
  /** Aborted when the story is over. */
  readonly signal: AbortSignal
  /** Resolves when the story has said something like this. */
  said(pattern: RegExp): Promise<void>
  /** Kills all of the platform's processes and starts it again; resolves when it is ready. */
  killAndStart(why: string): Promise<void>
}

export interface Interrupted {
  readonly outcome: Outcome
  readonly downtimes: readonly Downtime[]
}

/**
 * Plays the quickstart with its traffic driver outside of the platform, while `interrupt` kills the platform; then checks
 * the ledger: nothing was lost, nothing happened twice, and nothing failed but in down-times.
 */
export async function playInterrupted(
  interrupt: (interruption: Interruption) => Promise<void>,
): Promise<Interrupted> {
  await using program = await startProgram()
  const ledger = join(program.home, 'ledger')
  await mkdir(ledger)
  const over = new AbortController()
  const told: string[] = []
  const downtimes: Downtime[] = []
  const began = Date.now()
  const say = (text: string) => {
    told.push(text)
    console.log(`  [${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s] ${text}`)
  }
  const playing = play({
    client: program.client,
    api: program.url,
    inference: program.inference,
    token: program.token,
    example: await patientExample(join(program.home, 'example')),
    slipway: [...slipway],
    environment: program.environment,
    say,
    ledger,
    fault: true,
    rate: 80,
    patient: true,
    signal: over.signal,
  }).finally(() => over.abort())
  const interrupting = interrupt({
    program,
    signal: over.signal,
    said: async (pattern) =>
      void (await eventually(
        String(pattern),
        async () => over.signal.aborted || told.some((text) => pattern.test(text)),
        600_000,
      )),
    async killAndStart(why) {
      const from = Date.now()
      await program.kill()
      const killed = Date.now()
      await program.start()
      downtimes.push({ from, to: Date.now() })
      say(`— killed ${why}; up again after ${((Date.now() - killed) / 1000).toFixed(1)} s`)
    },
  }).catch((thrown) => {
    over.abort()
    throw thrown
  })
  try {
    const [outcome] = await Promise.all([playing, interrupting])
    const found = readLedger(ledger)
    say(
      `${found.acknowledged.length} answers, ${found.failures.length} failures in ${downtimes.length} down-times`,
    )
    assertOnlyDowntimeFailed(found, downtimes)
    await assertLogged(program, 'digit-reader', found)
    await assertOnce(program)
    await assertSwept(program)
    return { outcome, downtimes }
  } catch (thrown) {
    console.log(program.output)
    throw thrown
  }
}

/** The example without its condition on latency: a machine that starts a platform beside the traffic is slow for a while. */
async function patientExample(directory: string): Promise<string> {
  await cp(digits, directory, { recursive: true })
  const file = join(directory, 'slipway.yaml')
  const text = await readFile(file, 'utf8')
  const patient = text.replace(/, "p99_ms > \d+"/, '')
  if (patient === text) throw new Error(`${file} has no condition on latency any more`)
  await writeFile(file, patient)
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }')
  return directory
}
