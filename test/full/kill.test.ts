import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { platformProcesses, playInterrupted } from '../kit/interrupted.ts'

/** How often the platform is killed, at random moments of the story. */
const kills = Number(process.env.SLIPWAY_KILLS ?? 10)
const seed = Number(process.env.SLIPWAY_SEED ?? Date.now() % 1_000_000)
/** Between two kills: so that all fall into the story, which takes a minute of up-time on an idle machine. */
const [leastMs, mostMs] = [500, 5_000]

test(`the loop closes although the platform is killed ${kills} times (seed ${seed})`, {
  timeout: 1_800_000,
}, async () => {
  const random = randoms(seed)
  const { downtimes, outcome } = await playInterrupted(async ({ signal, killAndStart }) => {
    for (let kill = 1; kill <= kills && !signal.aborted; kill += 1) {
      await delay(leastMs + random() * (mostMs - leastMs), undefined, { signal }).catch(() => {})
      if (!signal.aborted) await killAndStart(`${kill} of ${kills}`)
    }
  })
  assert.equal(downtimes.length, kills, 'the story was over before all kills')
  assert.ok(outcome.line.cycles.filter((cycle) => cycle.state === 'completed').length >= 2)
})

test(`the loop closes although single processes are killed ${kills} times (seed ${seed})`, {
  timeout: 1_800_000,
}, async () => {
  const random = randoms(seed)
  let killed = 0
  await playInterrupted(async ({ signal, killOne }) => {
    while (killed < kills && !signal.aborted) {
      await delay(leastMs + random() * (mostMs - leastMs), undefined, { signal }).catch(() => {})
      const process = platformProcesses[Math.floor(random() * platformProcesses.length)]
      if (signal.aborted || process === undefined) continue
      await killOne(process)
      killed += 1
    }
  })
  assert.equal(killed, kills, 'the story was over before all kills')
})

/** Numbers of a seeded generator (mulberry32), so that a failure can be repeated. */
function randoms(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
