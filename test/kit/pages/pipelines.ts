import { digitReader } from './lines.ts'
import { ago, id, runHex, sec } from './made-up.ts'

const step = (
  name: string,
  kind: string,
  state: string,
  from: number,
  to: number | null,
  extra: object = {},
) => ({
  id: id(`step-${name}`),
  name,
  kind,
  needs: [],
  state,
  run_id: null,
  outputs: {},
  failure: null,
  jobs: [] as object[],
  started_at: ago(from * sec),
  ended_at: to === null ? null : ago(to * sec),
  ...extra,
})
const job = (name: string, running: boolean) => ({
  id: id(`job-${name}`),
  attempt: 1,
  state: running ? 'running' : 'ended',
  outcome: running ? null : 'succeeded',
  message: null,
  exit_code: running ? null : 0,
  log_size: 2810,
  peak_bytes: 412 * 1024 * 1024,
  cpu_seconds: 31.2,
  started_at: ago(84 * sec),
  ended_at: running ? null : ago(46 * sec),
})
export const pipelineRun = {
  id: id('pipeline2'),
  name: 'digit-reader cycle 2',
  line_id: digitReader.id,
  state: 'succeeded',
  failure: null,
  created_at: ago(118 * sec),
  ended_at: ago(36 * sec),
  steps: [
    step('collect', 'collect', 'succeeded', 118, 112, { outputs: { dataset_version: 3, rows: 1649 } }),
    step('check', 'check', 'succeeded', 112, 110, {
      outputs: { passed: true, checks: 9 },
      needs: ['collect'],
    }),
    step('train', 'command', 'succeeded', 84, 46, {
      run_id: runHex(1),
      jobs: [job('train', false)],
      needs: ['check'],
      outputs: { model: 'model/model.onnx' },
    }),
    step('evaluate', 'evaluate', 'succeeded', 46, 40, {
      jobs: [job('evaluate', false)],
      needs: ['train'],
      outputs: { accuracy: 0.9731 },
    }),
    step('register', 'register', 'succeeded', 40, 38, {
      needs: ['evaluate'],
      outputs: { model: 'digit-reader', version: 2 },
    }),
  ],
}

export const log = `Environment py-3.12-9f3a ready (cached)
Reading 1,237 rows of digits v3 from /inputs/data
fold 1/5  accuracy 0.9677  log_loss 0.1210
fold 2/5  accuracy 0.9716  log_loss 0.1102
fold 3/5  accuracy 0.9757  log_loss 0.0984
fold 4/5  accuracy 0.9636  log_loss 0.1311
fold 5/5  accuracy 0.9798  log_loss 0.0902
mean accuracy 0.9717 ± 0.0057
Fitting on all rows…
Writing model.onnx (ONNX opset 21, 118 KiB)
Logged run bright-heron-231 with 3 metrics, 7 params, 2 files
`
