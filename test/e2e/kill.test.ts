import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playInterrupted } from '../kit/interrupted.ts'
import { eventually, type Program } from '../kit/program.ts'

const params = { project: 'default', line: 'digit-reader' }

test('the loop closes although the platform is killed while it trains and while it rolls out', async () => {
  const { outcome, downtimes } = await playInterrupted(async ({ program, said, killAndStart }) => {
    await eventually('the training of version 1', async () => (await training(program)) === 'train')
    await killAndStart('in training')
    await said(/^Version 2 passed/)
    await eventually('the second step of the second rollout', async () => (await rolloutStep(program)) >= 1)
    await killAndStart('in the rollout of version 2')
  })
  assert.equal(downtimes.length, 2)
  const completed = outcome.line.cycles.filter((cycle) => cycle.state === 'completed')
  assert.ok(completed.length >= 2, JSON.stringify(outcome.line.cycles))
})

/** What the training stage of the line is at. */
async function training(program: Program): Promise<string | undefined> {
  const line = await program.client.lines.get({ params }).catch(() => undefined)
  return line?.stages.find(({ stage }) => stage === 'training')?.headline
}

/** The step of the rollout that is under way; -1 when there is none. */
async function rolloutStep(program: Program): Promise<number> {
  const { rollouts } = await program.client.rollouts.list({
    params: { project: params.project, deployment: params.line },
    query: {},
  })
  const running = rollouts.find(({ state }) => state === 'running')
  return (running?.steps.length ?? 0) - 1
}
