import { join } from 'node:path'
import { messageOf, SlipwayError } from '../../base/error.ts'
import { createClient } from '../../client/client.ts'
import type { Given } from '../../config/index.ts'
import { aborted } from '../child.ts'
import { startPlatform } from '../up.ts'
import { packageRoot } from '../version.ts'
import { type Outcome, percent, play, seconds } from './story.ts'

export interface QuickstartOptions {
  /** End when the story has ended, instead of serving on. */
  readonly exit: boolean
  /** Without the camera fault: nothing should happen. */
  readonly fault: boolean
}

const rate = 250

/** `slipway quickstart`: the whole loop on real data, told as it happens. Answers the exit code. */
export async function quickstart(
  given: Given,
  options: QuickstartOptions,
  signal: AbortSignal,
): Promise<number> {
  const begun = performance.now()
  const say = (text: string) => process.stdout.write(`${stamp(performance.now() - begun)}  ${text}\n`)
  // its log belongs in a file when somebody reads the story
  const platform = await startPlatform({ logLevel: 'warn', ...given }, signal)
  try {
    say(`the platform is ready: ${platform.address}`)
    const client = createClient({ url: platform.address })
    const token = await logIn(client, platform.loginLink)
    const admin = createClient({ url: platform.address, token })
    const outcome = await play({
      client: admin,
      api: platform.address,
      inference: platform.inference,
      token,
      example: join(packageRoot, 'examples', 'digits'),
      slipway: [process.execPath, join(packageRoot, 'bin', 'slipway.js')],
      environment: process.env,
      say,
      fault: options.fault,
      rate,
      patient: false,
      signal,
    })
    const good = summarize(outcome, options, performance.now() - begun)
    if (!options.exit) {
      const { user } = await admin.session.get({})
      const link = await admin.users.link({ params: { user: user.name } })
      process.stdout.write(
        `\nLook at it:  ${platform.address}${link.path}\nCtrl-C stops the platform; \`npm start\` starts it again.\n`,
      )
      await aborted(signal)
    }
    return good ? 0 : 1
  } catch (thrown) {
    if (signal.aborted) return 130
    process.stdout.write(`\nThe quickstart failed: ${messageOf(thrown)}\n`)
    return 1
  } finally {
    await platform.stop()
  }
}

async function logIn(client: ReturnType<typeof createClient>, link: string | undefined): Promise<string> {
  const code = link?.split('#')[1]
  if (code === undefined) {
    throw new SlipwayError(
      'unauthenticated',
      'The quickstart logs in by a one-time link: run it without a password for the administrator.',
    )
  }
  const { secret } = await client.session.exchange({ body: { code, name: 'quickstart', expires_in_days: 1 } })
  return secret
}

/** Prints what was reached; false when something is not as it should be. */
function summarize(outcome: Outcome, options: QuickstartOptions, totalMs: number): boolean {
  const { counts, line } = outcome
  const cycles = line.cycles.filter((cycle) => cycle.state === 'completed').length
  const rows: [string, string][] = [
    ['data → first answer', seconds(outcome.firstAnswerMs)],
    ['accuracy before', percent(outcome.before)],
    ...(options.fault
      ? ([
          ['accuracy with the fault', percent(outcome.during)],
          ['accuracy after retraining', percent(outcome.after)],
        ] as [string, string][])
      : []),
    ['requests sent / failed', `${counts.sent} / ${outcome.failed}`],
    ['answers p50 / p99', `${counts.p50} ms / ${counts.p99} ms`],
    ['labels delivered', `${counts.labelled}`],
    ['versions rolled out', `${cycles}`],
    ['whole story', seconds(totalMs)],
  ]
  process.stdout.write(`\n${rows.map(([name, value]) => `  ${name.padEnd(28)}${value}`).join('\n')}\n`)
  return outcome.failed === 0 && counts.sent === counts.answered && cycles >= (options.fault ? 2 : 1)
}

function stamp(ms: number): string {
  return `[${(ms / 1000).toFixed(1).padStart(5)} s]`
}
