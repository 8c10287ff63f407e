import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { mlflowPython } from '../contract/mlflow/python.ts'
import { startMlflowServer } from '../contract/mlflow/server.ts'

test('thousands of random filters and orders mean what they mean to the client', async (t) => {
  await using server = await startMlflowServer()
  const seed = String(Date.now() % 1_000_000)
  t.diagnostic(`FUZZ_SEED=${seed}`)
  const child = spawn(await mlflowPython(), ['-m', 'unittest', '-v', 'test_fuzz'], {
    cwd: join(import.meta.dirname, '..', 'contract', 'mlflow'),
    env: {
      ...process.env,
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_TRACKING_TOKEN: server.token,
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONWARNINGS: 'ignore',
      FUZZ_COUNT: '2000',
      FUZZ_SEED: seed,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  assert.equal(code, 0, `FUZZ_SEED=${seed}\n${output}\n${errors}`)
})
