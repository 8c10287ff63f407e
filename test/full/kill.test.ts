import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '../../src/client/client.ts'
import { play } from '../../src/run/quickstart/story.ts'
import { digits, eventually, type Program, slipway, startProgram } from '../kit/program.ts'

/** How often the platform is killed, at random moments of the story. */
const kills = Number(process.env.SLIPWAY_KILLS ?? 10)
const seed = Number(process.env.SLIPWAY_SEED ?? Date.now() % 1_000_000)
const project = 'default'
const line = 'digit-reader'

/** Numbers of a seeded generator (mulberry32), so that a failure can be repeated. */
function randoms(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

test(`the loop closes although the platform is killed ${kills} times (seed ${seed})`, {
  timeout: 1_800_000,
}, async (t) => {
  await using program = await startProgram()
  const ledger = join(program.home, 'ledger.csv')
  const story = new AbortController()
  let over = false
  const told: string[] = []
  const playing = play({
    client: program.client,
    api: program.url,
    inference: program.inference,
    token: program.token,
    example: digits,
    slipway: [...slipway],
    environment: program.environment,
    say: (text) => {
      told.push(text)
      t.diagnostic(text)
    },
    ledger,
    fault: true,
    rate: 80,
    patient: true,
    signal: story.signal,
  }).finally(() => {
    over = true
  })
  const killing = killAtRandom(
    program,
    () => over,
    (text) => t.diagnostic(text),
  )
  const outcome = await playing
  const killed = await killing
  t.diagnostic(
    `${killed} kills, ${outcome.counts.answered} answers, down: ${JSON.stringify(outcome.counts.broken)}`,
  )
  // the platform must be up for the last look, whatever the last kill was
  await eventually(
    'the platform',
    async () => await program.client.platform.health({}).catch(() => undefined),
  )
  await checkLedger(program, ledger)
  await checkOnce(program)
})

async function killAtRandom(
  program: Program,
  over: () => boolean,
  say: (text: string) => void,
): Promise<number> {
  const random = randoms(seed)
  let killed = 0
  while (!over() && killed < kills) {
    await delay(1_000 + random() * 12_000)
    if (over()) break
    await program.kill()
    killed += 1
    say(`kill ${killed}`)
    await program.start()
  }
  return killed
}

/** Each acknowledged prediction is exactly one row of the log. */
async function checkLedger(program: Program, ledger: string): Promise<void> {
  const acknowledged = readFileSync(ledger, 'utf8')
    .trimEnd()
    .split('\n')
    .map((row) => row.split(',')[0] ?? '')
  assert.equal(new Set(acknowledged).size, acknowledged.length, 'an id was given twice')
  const rows = await eventually('all predictions in the log', async () => {
    const { predictions } = await program.client.deployments.get({ params: { project, deployment: line } })
    return predictions.waiting_segments === 0 && predictions.rows >= acknowledged.length
      ? predictions.rows
      : undefined
  })
  // a prediction that was logged, but whose answer the kill cut off, is a row too
  const unacknowledged = rows - acknowledged.length
  assert.ok(unacknowledged <= 200, `${rows} rows for ${acknowledged.length} acknowledged predictions`)
  const client = createClient({ url: program.url, token: program.token })
  for (const prediction of [...acknowledged.slice(0, 20), ...acknowledged.slice(-20)]) {
    const { rows } = await client.predictions.get({ params: { project, deployment: line, prediction } })
    assert.equal(rows.length, 1, prediction)
  }
}

/** Each version, rollout step and alert exactly once. */
async function checkOnce(program: Program): Promise<void> {
  const { client } = program
  const detail = await client.lines.get({ params: { project, line } })
  const completed = detail.cycles.filter((cycle) => cycle.state === 'completed')
  const { versions } = await client.models.versions({ params: { project, model: line }, query: {} })
  assert.equal(
    versions.length,
    detail.cycles.filter((cycle) => cycle.model_version !== null).length,
    'versions',
  )
  assert.equal(new Set(versions.map((version) => version.version)).size, versions.length)
  const { rollouts } = await client.rollouts.list({ params: { project, deployment: line }, query: {} })
  assert.equal(
    rollouts.filter((rollout) => rollout.state === 'completed').length,
    completed.length,
    'rollouts',
  )
  for (const rollout of rollouts) {
    assert.deepEqual(
      rollout.steps.map((step) => step.position),
      rollout.steps.map((_, i) => i),
    )
    assert.ok(rollout.state !== 'completed' || rollout.steps.every((step) => step.state === 'passed'))
  }
  const { alerts } = await client.alerts.list({ params: { project }, query: {} })
  const open = new Map<string, number>()
  for (const alert of alerts.filter((alert) => alert.state !== 'resolved')) {
    open.set(alert.kind, (open.get(alert.kind) ?? 0) + 1)
  }
  assert.ok(
    [...open.values()].every((count) => count === 1),
    'an alert is open twice',
  )
}
