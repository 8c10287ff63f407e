import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Outcome, play, seconds } from '../../src/run/quickstart/story.ts'
import {
  assertLogged,
  assertOnce,
  assertOnlyDowntimeFailed,
  assertSwept,
  type Downtime,
  readLedger,
  standing,
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
  /** Kills one process: a part, which its supervisor starts again, or the supervisor, which is started again here. */
  killOne(process: PlatformProcess): Promise<void>
}

export const platformProcesses = ['up', 'serve', 'worker', 'model-server'] as const
export type PlatformProcess = (typeof platformProcesses)[number]

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
    console.log(`  [${seconds(Date.now() - began).padStart(8)}] ${text}`)
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
    rate: 150,
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
      say(`— killed ${why}; up again after ${seconds(Date.now() - killed)}`)
    },
    async killOne(part) {
      const from = Date.now()
      await killOne(program, part)
      // without its API or worker the platform still answers predictions
      if (part === 'up' || part === 'model-server') downtimes.push({ from, to: Date.now() })
      say(`— killed ${part}; back after ${seconds(Date.now() - from)}`)
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
    console.log(await standing(program).catch(String))
    throw thrown
  }
}

/** Kills one process and waits until another does its work. */
async function killOne(program: Program, part: PlatformProcess): Promise<void> {
  const before = program.parts().get(part)
  const pid = part === 'up' ? program.pid : before
  if (pid === undefined) throw new Error(`there is no ${part} to kill`)
  process.kill(pid, 'SIGKILL')
  if (part === 'up') {
    await program.ended()
    return await program.start()
  }
  await eventually(`a new ${part}`, async () => ![undefined, before].includes(program.parts().get(part)))
  const address = part === 'model-server' ? `${program.inference}/v2/health/live` : `${program.url}/healthz`
  await eventually(`an answer of the ${part}`, () =>
    fetch(address).then(
      () => true,
      () => false,
    ),
  )
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
