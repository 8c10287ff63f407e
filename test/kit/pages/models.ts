import { ago, hash, id, min, runHex, sec } from './made-up.ts'
import { signature } from './serving.ts'
import { metricSummary } from './tracking.ts'

const scores = [0, 0.9621, 0.9731]
export const version = (n: number) => ({
  id: id(`mv${n}`),
  model: 'digit-reader',
  version: n,
  stage: 'None',
  aliases: n === 2 ? ['challenger'] : ['champion'],
  description: '',
  tags: { line: 'digit-reader' },
  run_id: runHex(n),
  size: 121_344,
  servable: true,
  created_at: ago(n === 2 ? 38 * sec : 25 * min),
  created_by: 'lines',
  metrics: { accuracy: scores[n], macro_f1: (scores[n] ?? 0) - 0.001, log_loss: 0.1031 },
})
export const versions = [version(2), version(1)]
export const modelRow = {
  id: id('model'),
  name: 'digit-reader',
  description: 'Reads one scanned digit of 8×8 pixels',
  owner: 'ada',
  tags: {},
  aliases: [
    { alias: 'champion', version: 1 },
    { alias: 'challenger', version: 2 },
  ],
  versions: 2,
  latest: versions[0],
  created_at: ago(25 * min),
  updated_at: ago(38 * sec),
}
export const versionDetail = (n: number) => ({
  ...version(n),
  source: '',
  files: [
    { path: 'model.onnx', digest: hash(`model${n}`), size: 120_880 },
    { path: 'MLmodel', digest: hash('mlmodel'), size: 464 },
  ],
  signature,
  evaluations: [
    {
      id: id(`ev${n}`),
      source: 'platform',
      dataset_version_id: id('dv3'),
      dataset: 'digits v3',
      metrics: { accuracy: scores[n], macro_f1: 0.9726, log_loss: 0.1031 },
      slices: ['north', 'east', 'south'].map((value, i) => ({
        by: 'camera',
        value,
        rows: 118 + i * 20,
        metrics: { accuracy: 0.941 + i * 0.02 },
      })),
      created_at: ago(40 * sec),
    },
  ],
  lineage: {
    run: { id: runHex(n), name: 'bright-heron-231', experiment_id: '1' },
    dataset_version_id: id('dv3'),
    dataset: 'digits v3',
  },
  run_metrics: { val_accuracy: metricSummary(0.9717, 60) },
  run_params: { solver: 'lbfgs', C: '0.5', max_iter: '400' },
})
