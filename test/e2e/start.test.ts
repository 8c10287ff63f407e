import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { eventually, freePorts, runSlipway, startProgram } from '../kit/program.ts'

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
