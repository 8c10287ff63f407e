import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePorts, runSlipway } from '../kit/program.ts'

test('the quickstart closes the loop without a failed request', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'slipway-quickstart-'))
  t.after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }))
  const [port, inferencePort] = await freePorts(2)
  const { code, stdout, stderr } = await runSlipway(['quickstart', '--exit'], {
    ...process.env,
    SLIPWAY_HOME: home,
    SLIPWAY_PORT: String(port),
    SLIPWAY_INFERENCE_PORT: String(inferencePort),
  })
  t.diagnostic(stdout)
  assert.equal(code, 0, `${stdout}\n${stderr}`)
  const number = (name: string) => Number(new RegExp(`${name}\\s+([0-9.]+)`).exec(stdout)?.[1])
  const [, sent, failed] = /requests sent \/ failed\s+(\d+) \/ (\d+)/.exec(stdout) ?? []
  assert.equal(failed, '0')
  assert.ok(Number(sent) > 1000, `${sent} requests`)
  assert.ok(number('accuracy before') >= 95)
  assert.ok(number('accuracy with the fault') < 93)
  assert.ok(number('accuracy after retraining') >= 93)
  assert.equal(number('versions rolled out'), 2)
  assert.match(stdout, /drift/i)
  assert.match(stdout, /labelled predictions/)
})
