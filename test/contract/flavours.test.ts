import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { linearModel } from '../kit/onnx.ts'
import { clientEnvironment, pythonWith, runPython } from '../kit/python.ts'
import { type MlflowServer, startMlflowServer } from './mlflow/server.ts'

const directory = join(import.meta.dirname, 'flavours')
const files = (await readdir(directory)).filter((file) => file.startsWith('test_'))
let server: MlflowServer
let python: string
let scratch: string

before(async () => {
  python = await pythonWith(join(directory, 'requirements.txt'), 'mlflow-flavours')
  server = await startMlflowServer()
  scratch = await mkdtemp(join(tmpdir(), 'slipway-flavours-'))
  const rows = [
    [1, 2],
    [3, 4],
  ]
  await writeFile(join(scratch, 'model.onnx'), linearModel(rows))
})
after(async () => {
  await server?.[Symbol.asyncDispose]()
  if (scratch !== undefined) await rm(scratch, { recursive: true })
})

// All in one process: importing what the flavours stand on takes longer than the tests.
test('what people do with the flavours of MLflow', async () => {
  const { code, errors } = await runPython(python, ['-m', 'unittest', '-v', ...files], {
    cwd: directory,
    env: {
      ...clientEnvironment(server),
      TEST_ONNX_MODEL: join(scratch, 'model.onnx'),
      // What a model needs is found by loading it in another process, which says nothing about the server.
      MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT: '1',
      MPLCONFIGDIR: scratch,
      TMPDIR: scratch,
    },
  })
  assert.equal(code, 0, errors)
  assert.match(errors, /^Ran [1-9]\d* tests? in/m)
})
