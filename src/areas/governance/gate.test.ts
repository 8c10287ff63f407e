import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkGates, evaluateGates, parseCondition, type Scores } from './gate.ts'

const scores = (accuracy: number, slices: Scores['slices'] = []): Scores => ({
  metrics: { accuracy },
  slices,
})
const ask = (
  gate: Parameters<typeof evaluateGates>[0][number],
  challenger: Scores,
  champion: Scores | null = null,
) => evaluateGates([gate], { challenger, champion, approvals: 0, refused: false })[0]

test('conditions are read with percent, sign and exponent', () => {
  assert.deepEqual(parseCondition('error_rate < 1%', 'number'), {
    metric: 'error_rate',
    operator: '<',
    champion: false,
    number: 0.01,
  })
  assert.equal(parseCondition('accuracy>=champion - 0.005', 'champion').number, -0.005)
  assert.equal(parseCondition('accuracy >= champion', 'champion').number, 0)
  assert.equal(parseCondition('loss <= -1e-3', 'number').number, -0.001)
})

test('what is no condition is refused with an example', () => {
  for (const text of [
    '',
    'accuracy',
    'accuracy == 1',
    'accuracy >= 1.2.3',
    'accuracy >= champion',
    '>= 1',
    'a >= 1 or b',
  ]) {
    assert.throws(() => parseCondition(text, 'number'), /accuracy >= 0.95/)
  }
  assert.throws(() => checkGates([{ champion: 'accuracy >= 0.9' }]), /champion/)
})

test('a metric gate compares with the number, and fails on what was not measured', () => {
  assert.equal(ask({ metric: 'accuracy >= 0.95' }, scores(0.95))?.passed, true)
  assert.equal(ask({ metric: 'accuracy >= 0.95' }, scores(0.9499))?.passed, false)
  assert.equal(ask({ metric: 'accuracy > 0.95' }, scores(0.95))?.passed, false)
  assert.deepEqual(ask({ metric: 'f1 >= 0.9' }, scores(1)), {
    gate: 'f1 >= 0.9',
    kind: 'metric',
    passed: false,
    observed: null,
    required: 0.9,
    message: "'f1' was not measured.",
  })
  assert.equal(ask({ metric: 'accuracy >= 0.5' }, scores(Number.NaN))?.passed, false)
})

test('a champion gate asks no more than the champion reached, and passes without one', () => {
  const gate = { champion: 'accuracy >= champion - 0.005' }
  assert.equal(ask(gate, scores(0.9), scores(0.905))?.passed, true)
  assert.equal(ask(gate, scores(0.8999), scores(0.905))?.passed, false)
  assert.equal(ask(gate, scores(0.1), null)?.passed, true)
})

test('a slice gate is decided by the worst slice, and fails when there is none', () => {
  const slices = [
    { by: 'camera', value: 'a', rows: 10, metrics: { accuracy: 0.99 } },
    { by: 'camera', value: 'b', rows: 20, metrics: { accuracy: 0.89 } },
  ]
  const gate = { slice: { by: 'camera', metric: 'accuracy', min: 0.9 } }
  const result = ask(gate, scores(1, slices))
  assert.equal(result?.passed, false)
  assert.match(result?.message ?? '', /camera b with 0.89 \(20 rows\)/)
  assert.equal(ask(gate, scores(1))?.passed, false)
})

test('an approvals gate counts, and one refusal decides', () => {
  const gates = [{ approvals: { count: 2 } }]
  const given = (approvals: number, refused = false) =>
    evaluateGates(gates, { challenger: scores(1), champion: null, approvals, refused })[0]?.passed
  assert.equal(given(1), false)
  assert.equal(given(2), true)
  assert.equal(given(2, true), false)
})
