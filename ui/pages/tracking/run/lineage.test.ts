import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Version } from '../../../../src/contract/models.ts'
import type { RunDetail, RunModel } from '../../../../src/contract/runs.ts'
import { lineageOf, sentencesOf } from './lineage.ts'

const run: RunDetail = {
  id: 'a'.repeat(32),
  name: 'calm-otter',
  experiment_id: '1',
  experiment: 'digits',
  status: 'finished',
  user: 'ada',
  source: null,
  started_at: '2026-11-21T07:00:00.000Z',
  ended_at: null,
  deleted: false,
  params: {},
  metrics: {},
  tags: {},
  datasets: [
    { name: 'digits v3', digest: 'd', source_type: 'slipway', source: '', context: 'training' },
    { name: 'https://x', digest: 'e', source_type: 'http', source: '', context: null },
  ],
}
const model = (n: number, direction: 'input' | 'output'): RunModel => ({
  id: `m-${n}`,
  name: `net${n}`,
  model_type: '',
  status: 'ready',
  direction,
  step: 0,
  source_run: null,
  created_at: run.started_at,
})
const version = { id: 'v1', model: 'reader', version: 2, aliases: ['champion'] } as unknown as Version

test('data leads to the run, the run to its model, to the version, to what serves it', () => {
  const lineage = lineageOf({
    project: 'default',
    run,
    models: [model(1, 'output'), model(2, 'input')],
    versions: [version],
    deployments: [
      { name: 'reader', state: 'serving', revisions: [{ number: 4, model_version_id: 'v1', weight: 100 }] },
      { name: 'other', state: 'serving', revisions: [{ number: 1, model_version_id: 'v9', weight: 100 }] },
    ],
  })
  assert.deepEqual(sentencesOf(lineage), [
    'dataset digits v3 → run calm-otter',
    'dataset https://x → run calm-otter',
    'run calm-otter → logged model net1',
    'logged model net2 → run calm-otter',
    'logged model net1 → model version reader v2',
    'model version reader v2 → deployment reader',
  ])
  const links = lineage.nodes.map((node) => node.to)
  assert.ok(links.includes('/projects/default/datasets/digits/versions/3'))
})

test('of several logged models none is said to be the one registered', () => {
  const lineage = lineageOf({
    project: 'default',
    run,
    models: [model(1, 'output'), model(2, 'output')],
    versions: [version],
    deployments: [],
  })
  assert.ok(sentencesOf(lineage).includes('run calm-otter → model version reader v2'))
})
