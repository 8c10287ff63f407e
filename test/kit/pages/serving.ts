import { digitReader } from './lines.ts'
import { ago, hash, id, min, now, random, sec } from './made-up.ts'

const traffic = (requests: number, errors = 0) => ({
  requests,
  rows: requests,
  errors,
  error_rate: requests ? errors / requests : null,
  p50_ms: requests ? 1.8 + random() : null,
  p99_ms: requests ? 5 + random() * 3 : null,
})
const minute = (m: number) => new Date(Math.floor(now / min) * min - m * min).toISOString()
export const trafficPoints = (total: number) =>
  Array.from({ length: total }, (_, i) => total - 1 - i).flatMap((m) => {
    const all = Math.round(2600 + 400 * Math.sin(m / 7) + random() * 180)
    const share = m === 0 ? 0.5 : m === 1 ? 0.1 : 0
    return [
      { ...traffic(Math.round(all * (1 - share))), minute: minute(m), revision: 1 },
      ...(share ? [{ ...traffic(Math.round(all * share)), minute: minute(m), revision: 2 }] : []),
    ]
  })
const rolloutStep = (position: number, percent: number, state: string, evidence: boolean) => ({
  position,
  percent,
  requests: 200,
  for_ms: null,
  state,
  entered_at: state === 'pending' ? null : ago((31 - position * 14) * sec),
  effective_at: state === 'pending' ? null : ago((30 - position * 14) * sec),
  left_at: state === 'passed' ? ago(14 * sec) : null,
  evidence: evidence
    ? {
        revision: { ...traffic(214), p99_ms: 6.1 },
        baseline: traffic(1920),
        conditions: [
          { condition: 'error_rate > 1%', observed: 0, met: false },
          { condition: 'p99_ms > 50', observed: 6.1, met: false },
        ],
        duration_ms: 16_400,
      }
    : null,
})
const rollout = {
  id: id('rollout2'),
  deployment: 'digit-reader',
  kind: 'rollout',
  revision: 2,
  model_version_id: id('mv2'),
  state: 'running',
  reason: 'Cycle 2 passed its gates',
  outcome_reason: null,
  abort_if: ['error_rate > 1%', 'p99_ms > 50'],
  waiting_for: '131 of 200 requests answered at 50 %',
  weights_before: [{ revision: 1, weight: 100 }],
  steps: [
    rolloutStep(0, 10, 'passed', true),
    rolloutStep(1, 50, 'measuring', false),
    rolloutStep(2, 100, 'pending', false),
  ],
  started_at: ago(31 * sec),
  finished_at: null,
}
const rollout1 = {
  ...rollout,
  id: id('rollout1'),
  kind: 'first',
  revision: 1,
  state: 'completed',
  reason: 'First version',
  outcome_reason: 'Revision 1 answers all requests.',
  waiting_for: null,
  weights_before: [],
  steps: [rolloutStep(0, 100, 'passed', true)],
  finished_at: ago(24 * min),
  started_at: ago(24.2 * min),
}
export const rollouts = [rollout, rollout1]
export const signature = {
  inputs: [
    {
      name: 'input',
      datatype: 'FP32',
      shape: [-1, 64],
      columns: Array.from({ length: 64 }, (_, i) => `p${i}`),
    },
  ],
  outputs: [
    { name: 'label', datatype: 'INT64', shape: [-1] },
    { name: 'probabilities', datatype: 'FP32', shape: [-1, 10] },
  ],
}
const revision = (number: number, weight: number) => ({
  number,
  model_version_id: id(`mv${number}`),
  model: { name: 'digit-reader', version: number },
  digest: hash(`model${number}`),
  signature,
  weight,
  state: 'ready',
  state_error: null,
  created_at: ago(number === 1 ? 24 * min : 31 * sec),
})
export const deployment = {
  id: id('deployment'),
  name: 'digit-reader',
  inference_name: 'digit-reader',
  line_id: digitReader.id,
  risk: 'limited',
  replicas: { min: 1, max: 1 },
  state: 'rolling_out',
  weights: [
    { revision: 1, weight: 50 },
    { revision: 2, weight: 50 },
  ],
  rollout,
  last_minute: traffic(2987),
  last_hour: traffic(161_204, 0),
  created_at: ago(26 * min),
  revisions: [revision(2, 50), revision(1, 50)],
  model_servers: [
    { id: 'ms-1f3c', live: true, snapshot_version: 14, current: true, reported_at: ago(2 * sec) },
  ],
  traffic: trafficPoints(26),
  predictions: { rows: 160_880, converted_to: ago(6 * sec), waiting_segments: 2 },
}
export const predictions = Array.from({ length: 24 }, (_, i) => {
  const digit = Math.floor(random() * 10)
  return {
    id: id(`p${i}`),
    row: 0,
    request_id: i % 3 ? null : `img-${4021 - i}`,
    time: ago(i * 90 + 6000),
    revision: i % 2 ? 1 : 2,
    model_version_id: id('mv1'),
    latency_us: Math.round(1200 + random() * 2400),
    inputs: Object.fromEntries(Array.from({ length: 64 }, (_, c) => [`p${c}`, Math.floor(random() * 17)])),
    outputs: { label: digit, probabilities: [0.1, 0.9] },
    ...(i > 14
      ? { label: { value: i % 7 ? digit : (digit + 1) % 10, observed_at: ago(1000), received_at: ago(1000) } }
      : {}),
  }
})
