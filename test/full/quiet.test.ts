import assert from 'node:assert/strict'
import { test } from 'node:test'
import { play } from '../../src/run/quickstart/story.ts'
import { startTraffic } from '../../src/run/quickstart/traffic.ts'
import { digits, eventually, slipway, startProgram } from '../kit/program.ts'

const params = { project: 'default', line: 'digit-reader' }
/** Windows of 300 rows each, beyond those that the story itself waits for. */
const moreWindows = 3

test('without the camera fault the same traffic raises no alert and retrains nothing', async (t) => {
  await using program = await startProgram()
  const { client, url, inference, token, environment } = program
  const { failed, counts } = await play({
    client,
    api: url,
    inference,
    token,
    example: digits,
    slipway,
    environment,
    say: (text) => t.diagnostic(text),
    fault: false,
    rate: 150,
    patient: false,
    signal: t.signal,
  })
  assert.equal(failed, 0)
  assert.ok(counts.sent > 600, `${counts.sent} requests`)

  const { id } = await client.lines.get({ params })
  const { monitors } = await client.monitors.list({ params, query: { line_id: id } })
  const monitor = { project: params.project, monitor: monitors[0]?.id ?? '' }
  const windows = async () => (await client.monitors.drift({ params: monitor, query: {} })).windows
  const before = (await windows()).length
  await using traffic = startTraffic(`${digits}/driver.ts`, {
    inference,
    api: url,
    token,
    deployment: params.line,
    rate: 150,
    firstImage: 1000,
    labelDelayMs: 500,
    prefix: 'later-',
  })
  await eventually(
    `${moreWindows} more windows`,
    async () => (await windows()).length >= before + moreWindows,
  )
  await traffic.stop()
  assert.ok((await windows()).every((window) => window.verdict === 'good'))
  const scored = (await client.monitors.performance({ params: monitor, query: {} })).windows
  assert.ok(scored.some((window) => window.verdict === 'good'))
  assert.ok(scored.every((window) => window.verdict !== 'bad'))

  const { alerts } = await client.alerts.list({ params, query: {} })
  assert.deepEqual(alerts, [])
  const line = await client.lines.get({ params })
  assert.deepEqual(
    line.cycles.map(({ number, state }) => [number, state]),
    [[1, 'completed']],
  )
  const { decisions } = await client.lines.decisions({ params, query: {} })
  assert.deepEqual(
    decisions.filter(({ kind }) => ['alert', 'trigger', 'waiting'].includes(kind)),
    [],
  )
  assert.equal(line.health, 'healthy')
})
