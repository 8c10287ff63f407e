import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { readCredentials } from '../../src/client/credentials.ts'
import { eventually, freePorts, runSlipway, startProgram } from '../kit/program.ts'
import { until } from '../kit/until.ts'

test('up prints a login link that works once, serves the API and the pages, and stops cleanly', async () => {
  await using program = await startProgram()
  const link = await eventually('the login link', async () => program.loginLink)
  const code = link.split('#')[1] ?? ''
  const { secret } = await program.client.session.exchange({ body: { code, name: 'test' } })
  assert.match(secret, /^slp_/)
  await assert.rejects(program.client.session.exchange({ body: { code, name: 'test' } }), {
    code: 'unauthenticated',
  })
  const page = await fetch(program.url)
  assert.match(await page.text(), /<div id="root">/)
  const openApi = (await (await fetch(`${program.url}/api/slipway/v1/openapi.json`)).json()) as {
    openapi: string
  }
  assert.match(openApi.openapi, /^3\.1/)
  assert.equal((await fetch(`${program.url}/api/slipway/v1/projects`)).status, 401)
  assert.equal(await program.stop(), 0)
  assert.doesNotMatch(program.output, /error/i)
})

test('a second platform on the same home, and a port in use, end in one clear message', async () => {
  await using program = await startProgram()
  const [other, third] = await freePorts(2)
  const second = await runSlipway(['up'], {
    ...program.environment,
    SLIPWAY_PORT: String(other),
    SLIPWAY_INFERENCE_PORT: String(third),
  })
  assert.equal(second.code, 1)
  assert.match(second.stderr, /^error: Another Slipway .* is using .*\n.*--home/)
  const blocker = createServer().listen(0, '127.0.0.1')
  await once(blocker, 'listening')
  const address = blocker.address()
  const taken = typeof address === 'object' && address !== null ? address.port : 0
  await program.stop()
  const blocked = await runSlipway(['up'], { ...program.environment, SLIPWAY_PORT: String(taken) })
  blocker.close()
  assert.equal(blocked.code, 1)
  assert.match(blocked.stderr, new RegExp(`Another program listens on 127.0.0.1:${taken}.*--port`, 's'))
})

test('only the port of the API is chosen: the model server takes another when its usual one is taken', async () => {
  await using usual = createServer().listen(4680, '127.0.0.1')
  // another platform on this machine may have it already, which is as good
  await once(usual, 'listening').catch(() => {})
  await using program = await startProgram({
    environment: { SLIPWAY_INFERENCE_PORT: '' },
    words: ['--insecure-no-auth'],
  })
  const told = /inference +(\S+)\/v2 +\(port 4680 was taken\)/
  await until('the address of the model server is told', async () => told.test(program.output))
  const [, address = ''] = told.exec(program.output) ?? []
  assert.equal((await fetch(`${address}/v2/health/live`)).status, 200)
  assert.match(program.output, /WARNING: --insecure-no-auth/)
  const noted = readCredentials(join(program.home, 'credentials')).platforms[program.url]
  assert.equal(noted?.inferenceUrl, address)
  await program.stop()
  await program.start()
  assert.equal((await fetch(`${address}/v2/health/live`)).status, 200, 'a home keeps its port')
})

test('the administrator of the environment logs in by name and password, also to MLflow’s API', async () => {
  await using program = await startProgram({
    environment: { SLIPWAY_ADMIN_USER: 'chief', SLIPWAY_ADMIN_PASSWORD: 'correct horse' },
  })
  const status = async (path: string, text: string) => {
    const headers = { authorization: `Basic ${Buffer.from(text).toString('base64')}` }
    return (await fetch(`${program.url}${path}`, { headers })).status
  }
  const experiment = '/api/2.0/mlflow/experiments/get?experiment_id=0'
  assert.equal(await status(experiment, 'chief:correct horse'), 200)
  assert.equal(await status(experiment, 'chief:wrong'), 401)
  const session = await program.client.session.login({
    body: { user: 'chief', password: 'correct horse' },
  })
  assert.equal(session.platform_role, 'admin')
})

test('what was there before a kill -9 is there after the next start', async () => {
  await using program = await startProgram()
  const project = 'default'
  await program.client.datasetVersions.upload({
    params: { project, dataset: 'kept' },
    query: {},
    body: Buffer.from('a,b\n1,x\n2,y\n'),
    type: 'text/csv',
  })
  await program.kill()
  await program.start()
  const { datasets } = await program.client.datasets.list({ params: { project }, query: {} })
  assert.deepEqual(
    datasets.map((dataset) => [dataset.name, dataset.latest?.rows]),
    [['kept', 2]],
  )
})
