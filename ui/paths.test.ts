import assert from 'node:assert/strict'
import { test } from 'node:test'
import { paths } from './paths.ts'

test('every address of the pages', () => {
  assert.deepEqual(
    {
      home: paths.home(),
      login: paths.login(),
      lines: paths.lines('default'),
      line: paths.line('default', 'digits'),
      pipelineRun: paths.pipelineRun('default', '0197-a'),
      datasets: paths.datasets('default'),
      dataset: paths.dataset('default', 'digits'),
      datasetVersion: paths.datasetVersion('default', 'digits', 3),
      runs: paths.runs('default'),
      run: paths.run('default', 'ab12'),
      models: paths.models('default'),
      model: paths.model('default', 'team/reader v2'),
      modelVersion: paths.modelVersion('default', 'reader', 2),
      deployments: paths.deployments('default'),
      deployment: paths.deployment('default', 'digits'),
      alerts: paths.alerts('default'),
      alert: paths.alert('default', '0197-b'),
      members: paths.members('default'),
      tokens: paths.tokens('default'),
      audit: paths.audit('default'),
    } satisfies Record<keyof typeof paths, string>,
    {
      home: '/',
      login: '/login',
      lines: '/projects/default/lines',
      line: '/projects/default/lines/digits',
      pipelineRun: '/projects/default/pipeline-runs/0197-a',
      datasets: '/projects/default/datasets',
      dataset: '/projects/default/datasets/digits',
      datasetVersion: '/projects/default/datasets/digits/versions/3',
      runs: '/projects/default/runs',
      run: '/projects/default/runs/ab12',
      models: '/projects/default/models',
      model: '/projects/default/models/team%2Freader%20v2',
      modelVersion: '/projects/default/models/reader/versions/2',
      deployments: '/projects/default/deployments',
      deployment: '/projects/default/deployments/digits',
      alerts: '/projects/default/alerts',
      alert: '/projects/default/alerts/0197-b',
      members: '/projects/default/members',
      tokens: '/projects/default/tokens',
      audit: '/projects/default/audit',
    },
  )
})
