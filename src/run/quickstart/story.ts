import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Counts } from '../../../examples/digits/driver.ts'
import { ApiError, type Client } from '../../client/client.ts'
import type { Decision, LineDetail } from '../../contract/lines.ts'
import { failedRequests, startTraffic, type Traffic } from './traffic.ts'

/** Where the story plays. */
export interface Stage {
  readonly client: Client
  readonly api: string
  readonly inference: string
  readonly token: string
  /** The `examples/digits` directory. */
  readonly example: string
  /** The command that starts the `slipway` program, for example ['node', 'bin/slipway.js']. */
  readonly slipway: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  readonly say: (text: string) => void
  readonly ledger?: string
  /** Without the fault: what a quiet line does. */
  readonly fault: boolean
  readonly rate: number
  /** Survive a platform that goes away for a while. */
  readonly patient: boolean
  readonly signal: AbortSignal
}

export interface Outcome {
  readonly firstAnswerMs: number
  readonly before: number | null
  readonly during: number | null
  readonly after: number | null
  readonly counts: Counts
  readonly failed: number
  readonly line: LineDetail
}

const project = 'default'
const line = 'digit-reader'
const dataset = 'digits'
const perDay = 200
const days = 5
const labelDelayMs = 1_500
const quietWindows = 2
const timeouts = {
  training: 300_000,
  windows: 180_000,
  alert: 180_000,
  retraining: 300_000,
  recovery: 180_000,
  calls: 120_000,
}

/** From raw data to a model that was replaced because it had degraded; throws when a stage does not come. */
export async function play(stage: Stage): Promise<Outcome> {
  const decisions = followDecisions(stage)
  const begun = performance.now()
  await upload(stage)
  await applyLine(stage)
  await decisions.until('cycle_completed', 1, timeouts.training)
  const first = await firstAnswer(stage)
  const firstAnswerMs = performance.now() - begun
  stage.say(
    `first answer in production: image ${first.image} is a ${first.digit} (${seconds(firstAnswerMs)} after the first byte of data)`,
  )
  await using traffic = startTraffic(join(stage.example, 'driver.ts'), {
    inference: stage.inference,
    api: stage.api,
    token: stage.token,
    deployment: line,
    rate: stage.rate,
    firstImage: perDay * days,
    labelDelayMs,
    prefix: `live-${Date.now().toString(36)}-`,
    ...(stage.ledger === undefined ? {} : { ledger: stage.ledger }),
  })
  stage.say(`live traffic: ${stage.rate} requests a second; the labels come ${labelDelayMs / 1000} s late`)
  await quiet(stage, traffic)
  const before = traffic.counts.accuracy
  const during = stage.fault ? await degrade(stage, traffic, decisions) : null
  const after = traffic.counts.accuracy
  const counts = await traffic.stop()
  const last = await call(stage, () => stage.client.lines.get({ params: { project, line } }))
  return {
    firstAnswerMs,
    before,
    during,
    after,
    counts,
    failed: failedRequests(counts),
    line: last,
  }
}

async function upload(stage: Stage): Promise<void> {
  const [header = '', ...rows] = readFileSync(join(stage.example, 'digits.csv'), 'utf8').trimEnd().split('\n')
  // a quickstart that is repeated starts its dataset afresh; one that is resumed sends the same keys again
  const session = Date.now().toString(36)
  for (let day = 0; day < days; day += 1) {
    const batch = [header, ...rows.slice(day * perDay, (day + 1) * perDay), ''].join('\n')
    const version = await call(stage, () =>
      stage.client.datasetVersions.upload({
        params: { project, dataset },
        query: {
          mode: day === 0 ? 'replace' : 'append',
          filename: `day-${day + 1}.csv`,
          key: `quickstart-${session}-${day + 1}`,
        },
        body: Buffer.from(batch),
        type: 'text/csv',
      }),
    )
    stage.say(
      `data: day ${day + 1}, ${perDay} images → version ${version.version} of '${dataset}' with ${version.rows} rows`,
    )
  }
}

async function applyLine(stage: Stage): Promise<void> {
  await call(stage, async () => {
    try {
      await stage.client.lines.delete({ params: { project, line } })
      stage.say(`the line of an earlier quickstart was deleted`)
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || thrown.code !== 'not_found') throw thrown
    }
  })
  const [command = 'node', ...args] = stage.slipway
  await call(stage, () =>
    promisify(execFile)(command, [...args, 'apply', join(stage.example, 'slipway.yaml'), '--json'], {
      env: { ...stage.environment, SLIPWAY_URL: stage.api, SLIPWAY_TOKEN: stage.token },
    }),
  )
  stage.say(`slipway apply examples/digits/slipway.yaml`)
}

async function firstAnswer(stage: Stage): Promise<{ image: string; digit: number }> {
  const row = readFileSync(join(stage.example, 'digits.csv'), 'utf8').split('\n')[1 + perDay * days] ?? ''
  const cells = row.split(',')
  const body = {
    inputs: [{ name: 'input', datatype: 'FP32', shape: [1, 64], data: cells.slice(3, 67).map(Number) }],
  }
  return await call(stage, async () => {
    const response = await fetch(`${stage.inference}/v2/models/${line}/infer`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok)
      throw new Error(`The model server answered ${response.status}: ${await response.text()}`)
    const answer = (await response.json()) as { outputs: { data: number[] }[] }
    return { image: cells[0] ?? '', digit: answer.outputs[0]?.data[0] ?? -1 }
  })
}

/** Waits for windows in which nothing is wrong. */
async function quiet(stage: Stage, traffic: Traffic): Promise<void> {
  await until(stage, timeouts.windows, 'windows of quiet traffic', async () => {
    const { drift, performance } = await windows(stage)
    const good = performance.filter((window) => window.verdict === 'good')
    return drift.length >= quietWindows && good.length >= quietWindows && traffic.counts.accuracy !== null
  })
  stage.say(`quiet: ${quietWindows} windows, no drift, accuracy ${percent(traffic.counts.accuracy)}`)
}

async function windows(stage: Stage) {
  const { monitors } = await call(stage, async () => {
    const { id } = await stage.client.lines.get({ params: { project, line } })
    return await stage.client.monitors.list({ params: { project }, query: { line_id: id } })
  })
  const monitor = monitors[0]?.id
  if (monitor === undefined) return { drift: [], performance: [] }
  const params = { project, monitor }
  const [drift, performance] = await call(stage, () =>
    Promise.all([
      stage.client.monitors.drift({ params, query: {} }),
      stage.client.monitors.performance({ params, query: {} }),
    ]),
  )
  return { drift: drift.windows, performance: performance.windows }
}

async function degrade(stage: Stage, traffic: Traffic, decisions: Decisions): Promise<number | null> {
  traffic.fault(true)
  stage.say('the camera fails: its images are blurred and half the contrast is gone (simulated)')
  const worst = watchWorst(traffic)
  await decisions.until('alert', 1, timeouts.alert)
  await decisions.until('cycle_completed', 2, timeouts.retraining)
  const during = worst()
  const replaced = new Date()
  await until(stage, timeouts.recovery, 'recovery', async () => {
    const { performance } = await windows(stage)
    return performance.some((window) => new Date(window.from) > replaced && window.verdict === 'good')
  })
  await until(
    stage,
    timeouts.recovery,
    'a right answer for most of the latest images',
    async () => (traffic.counts.accuracy ?? 0) >= 0.93,
  )
  stage.say(`recovered: accuracy ${percent(traffic.counts.accuracy)} with the camera still broken`)
  return during
}

function watchWorst(traffic: Traffic): () => number | null {
  let worst = traffic.counts.accuracy
  const timer = setInterval(() => {
    const { accuracy } = traffic.counts
    if (accuracy !== null && accuracy < (worst ?? 1)) worst = accuracy
  }, 100)
  return () => {
    clearInterval(timer)
    return worst
  }
}

interface Decisions {
  /** Resolves when the line has taken `count` decisions of a kind since the story began. */
  until(kind: string, count: number, timeoutMs: number): Promise<void>
}

/** Prints what the line decides, as it decides it. A cycle that ends badly ends the story. */
function followDecisions(stage: Stage): Decisions {
  const seen = new Map<string, Decision>()
  const since = Date.now() - 1000
  async function poll(): Promise<void> {
    const { decisions } = await call(stage, async () => {
      try {
        return await stage.client.lines.decisions({ params: { project, line }, query: { limit: 100 } })
      } catch (thrown) {
        if (thrown instanceof ApiError && thrown.code === 'not_found') return { decisions: [] }
        throw thrown
      }
    })
    for (const decision of decisions.reverse()) {
      if (seen.has(decision.id) || Date.parse(decision.at) < since) continue
      seen.set(decision.id, decision)
      stage.say(decision.sentence)
    }
  }
  return {
    async until(kind, count, timeoutMs) {
      await until(stage, timeoutMs, `'${kind}' (${count})`, async () => {
        await poll()
        const all = [...seen.values()]
        const bad = all.find((decision) =>
          ['cycle_failed', 'cycle_rejected', 'cycle_aborted'].includes(decision.kind),
        )
        if (bad) throw new StoryError(bad.sentence)
        return all.filter((decision) => decision.kind === kind).length >= count
      })
    },
  }
}

/** A stage did not come, or came out badly. */
export class StoryError extends Error {
  override readonly name = 'StoryError'
}

async function until(
  stage: Stage,
  timeoutMs: number,
  what: string,
  holds: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await holds())) {
    if (performance.now() > deadline)
      throw new StoryError(`Waited ${timeoutMs / 1000} s in vain for ${what}.`)
    await delay(200, undefined, { signal: stage.signal })
  }
}

/** Calls the platform; a patient stage waits out its absence. */
async function call<T>(stage: Stage, act: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + timeouts.calls
  for (;;) {
    try {
      return await act()
    } catch (thrown) {
      const answered = thrown instanceof ApiError && thrown.status > 0 && thrown.status < 500
      if (!stage.patient || answered || performance.now() > deadline) throw thrown
      stage.signal.throwIfAborted()
      await delay(200, undefined, { signal: stage.signal })
    }
  }
}

export function percent(share: number | null): string {
  return share === null ? 'unknown' : `${(share * 100).toFixed(1)} %`
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
