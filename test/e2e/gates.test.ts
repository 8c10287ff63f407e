import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createClient } from '../../src/client/client.ts'
import { uploadPairs, writeLine, wrongModel } from '../kit/line.ts'
import { eventually, type Program, runSlipway, startProgram } from '../kit/program.ts'

const project = 'default'
let program: Program
let directory: string

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-gates-'))
  program = await startProgram()
  await uploadPairs(program, 100)
})

after(async () => {
  await program[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const cli = async (...words: string[]) => {
  const done = await runSlipway(words, program.environment)
  assert.equal(done.code, 0, done.stderr)
  return done.stdout
}
/** Trains well on little data and badly on more. */
const spoiltByData = [
  'rows=$(wc -l < "$SLIPWAY_INPUTS/train/train.csv")',
  'model=$([ "$rows" -lt 150 ] && echo right || echo wrong)',
  'cp $model.onnx "$SLIPWAY_OUTPUTS/model/model.onnx"',
].join('; ')
const files = { 'wrong.onnx': wrongModel }

async function lineIn(line: string, cycle: number, states: readonly string[]) {
  return await eventually(`cycle ${cycle} of ${line} to be ${states.join(' or ')}`, async () => {
    const detail = await program.client.lines.get({ params: { project, line } })
    const found = detail.cycles.find(({ number }) => number === cycle)
    if (found?.ended_at && !states.includes(found.state)) throw new Error(found.outcome ?? found.state)
    return found && states.includes(found.state) ? { ...detail, found } : undefined
  })
}

const answers = async (line: string) =>
  /^label {2}(.*)$/m.exec(await cli('predict', line, '[[3, 1], [1, 3]]'))?.[1]

test('a challenger that is worse is refused by every gate, and the champion serves on', async () => {
  const sections = [
    'gates:',
    '  - metric: accuracy >= 0.9',
    '  - champion: accuracy >= champion - 0.005',
  ].join('\n')
  await uploadPairs(program, 100)
  await cli(
    'apply',
    await writeLine(join(directory, 'guarded'), { name: 'guarded', run: spoiltByData, sections, files }),
  )
  const { found: first } = await lineIn('guarded', 1, ['completed'])
  assert.deepEqual(
    first.gates.map(({ passed, kind }) => [kind, passed]),
    [
      ['metric', true],
      ['champion', true],
    ],
  )
  assert.equal(await answers('guarded'), '0 1')

  await uploadPairs(program, 400)
  await cli('lines', 'retrain', 'guarded')
  const { found, model } = await lineIn('guarded', 2, ['rejected'])
  assert.match(
    found.outcome ?? '',
    /Version 2 was refused by 2 gates: accuracy >= 0\.9: accuracy is 0, required >= 0\.9\./,
  )
  assert.deepEqual(
    found.gates.map(({ passed, observed, required }) => [passed, observed, required]),
    [
      [false, 0, 0.9],
      [false, 0, 0.995],
    ],
  )
  assert.deepEqual([found.champion_metrics.accuracy, found.metrics.accuracy], [1, 0])
  assert.equal(found.rollout_id, null)
  assert.equal(model?.version, 1)
  const deployment = await program.client.deployments.get({ params: { project, deployment: 'guarded' } })
  assert.deepEqual(deployment.weights, [{ revision: 1, weight: 100 }])
  assert.equal(deployment.revisions.length, 1)
  assert.equal(await answers('guarded'), '0 1')
  const { decisions } = await program.client.lines.decisions({
    params: { project, line: 'guarded' },
    query: {},
  })
  assert.equal(decisions[0]?.kind, 'cycle_rejected')
})

test('a version waits for another person than the one who applied the line', async () => {
  await uploadPairs(program, 100)
  const path = await writeLine(join(directory, 'supervised'), {
    name: 'supervised',
    run: spoiltByData,
    sections: 'gates: [{ approvals: { count: 1 } }]',
    files,
  })
  await cli('apply', path)
  const params = { project, line: 'supervised', cycle: '1' }
  const { found } = await lineIn('supervised', 1, ['awaiting_approval'])
  assert.equal(found.rollout_id, null)
  const alone = await runSlipway(['lines', 'approve', 'supervised', '1'], program.environment)
  assert.equal(alone.code, 3)
  assert.match(alone.stderr, /cannot approve its versions: ask another reviewer/)

  const viewer = await personOf('visitor', 'viewer')
  await assert.rejects(viewer.lines.approve({ params, body: { decision: 'approve' } }), { code: 'forbidden' })
  const still = await program.client.lines.get({ params: { project, line: 'supervised' } })
  assert.equal(still.cycles[0]?.state, 'awaiting_approval')

  const reviewer = await personOf('second-pair-of-eyes', 'reviewer')
  await reviewer.lines.approve({ params, body: { decision: 'approve', comment: 'Looks right.' } })
  const { found: passed, model } = await lineIn('supervised', 1, ['completed'])
  assert.deepEqual(
    passed.gates.map((gate) => [gate.kind, gate.passed, gate.observed]),
    [['approvals', true, 1]],
  )
  assert.equal(model?.version, 1)
  assert.equal(await answers('supervised'), '0 1')
  const { decisions } = await program.client.lines.decisions({
    params: { project, line: 'supervised' },
    query: {},
  })
  assert.ok(
    decisions.some(({ sentence }) => sentence === 'second-pair-of-eyes approved version 1: Looks right.'),
  )
})

/** Somebody new with a role in the project, logged in by their own link. */
async function personOf(user: string, role: 'viewer' | 'reviewer') {
  const made = await program.client.users.create({ body: { name: user } })
  await program.client.members.set({ params: { project, user }, body: { role } })
  const { secret } = await createClient({ url: program.url }).session.exchange({
    body: { code: made.login.path.split('#')[1] ?? '', name: 'test' },
  })
  return createClient({ url: program.url, token: secret })
}
