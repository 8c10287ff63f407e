import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VersionDetail } from '../../../src/contract/models.ts'
import { versionLineage } from './version-lineage.ts'

const version = {
  id: 'v',
  model: 'reader',
  version: 3,
  aliases: ['champion'],
  lineage: {
    run: { id: 'r', name: 'calm-otter', experiment_id: '1' },
    dataset_version_id: 'd',
    dataset: 'digits v3',
  },
} as unknown as VersionDetail

test('data and code lead over the run to the version and to what serves it', () => {
  const { nodes, edges } = versionLineage({
    project: 'p',
    version,
    runTags: { 'mlflow.source.git.commit': '0123456789abcdef', 'mlflow.source.name': 'train.py' },
    runDatasets: [{ name: 'extra', digest: 'ab12', context: 'training' }],
    deployments: [
      { name: 'web', state: 'serving', revisions: [{ number: 2, model_version_id: 'v', weight: 40 }] },
      { name: 'other', state: 'serving', revisions: [{ number: 1, model_version_id: 'x', weight: 100 }] },
    ] as never,
  })
  assert.deepEqual(
    nodes.map((node) => [node.kind, node.label, node.note]),
    [
      ['dataset', 'digits v3', 'data'],
      ['dataset', 'extra', 'training'],
      ['code', 'commit 0123456789', 'train.py'],
      ['run', 'calm-otter', 'run'],
      ['version', 'reader v3', 'champion'],
      ['deployment', 'web', 'serves 40 %'],
    ],
  )
  assert.equal(nodes[0]?.to, '/projects/p/datasets/digits/versions/3')
  assert.deepEqual(
    edges.map((edge) => edge.to),
    ['run r', 'run r', 'run r', 'version v', 'deployment web'],
  )
})

test('a version without a run hangs on its data', () => {
  const lineage = { run: null, dataset_version_id: 'd', dataset: 'digits v3' }
  const { edges } = versionLineage({
    project: 'p',
    version: { ...version, lineage },
    runTags: {},
    runDatasets: [],
    deployments: [],
  })
  assert.deepEqual(edges, [{ from: 'dataset digits v3', to: 'version v' }])
})
