import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { linearModel } from '../kit/onnx.ts'
import { mlflowPython } from './mlflow/python.ts'
import { type MlflowServer, startMlflowServer } from './mlflow/server.ts'

const directory = join(import.meta.dirname, 'mlflow')
const files = (await readdir(directory)).filter((file) => file.startsWith('test_'))
let server: MlflowServer
let python: string
let scratch: string
let environment: NodeJS.ProcessEnv

before(async () => {
  python = await mlflowPython()
  server = await startMlflowServer()
  scratch = await mkdtemp(join(tmpdir(), 'slipway-client-'))
  const model = join(scratch, 'model.onnx')
  await writeFile(
    model,
    linearModel([
      [1, 2],
      [3, 4],
    ]),
  )
  const runId = await server.newRun()
  environment = {
    ...process.env,
    MLFLOW_TRACKING_URI: server.url,
    MLFLOW_TRACKING_TOKEN: server.token,
    // A failure is to be seen at once, and nothing is to be sent to MLflow's makers.
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
    MLFLOW_DISABLE_TELEMETRY: 'true',
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONWARNINGS: 'ignore',
    TEST_ONNX_MODEL: model,
    TEST_JOB_RUN: runId,
    TEST_JOB_TOKEN: await server.jobToken(runId),
    TEST_OTHER_PROJECT: 'elsewhere',
    TEST_OTHER_TOKEN: await server.otherProject('elsewhere'),
  }
})
after(async () => {
  await server?.[Symbol.asyncDispose]()
  if (scratch !== undefined) await rm(scratch, { recursive: true })
})

for (const file of files) {
  test(`MLflow's own client: ${file}`, async () => {
    const child = spawn(python, ['-m', 'unittest', '-v', file.replace(/\.py$/, '')], {
      cwd: directory,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [output, errors, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ])
    assert.equal(code, 0, `${output}\n${errors}`)
    assert.match(errors, /^Ran [1-9]\d* tests? in/m)
  })
}
