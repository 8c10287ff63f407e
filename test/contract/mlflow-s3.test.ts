import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { clientEnvironment, runPython } from '../kit/python.ts'
import { startS3 } from '../kit/s3.ts'
import { mlflowPython } from './mlflow/python.ts'
import { startMlflowServer } from './mlflow/server.ts'

const s3 = await startS3()

if ('skipped' in s3) {
  test("MLflow's own client, files on S3", (t) => t.skip(s3.skipped))
} else {
  after(() => s3[Symbol.asyncDispose]())
  test("MLflow's own client, files on S3", async () => {
    await using server = await startMlflowServer(undefined, {
      kind: 's3',
      home: '',
      bucket: s3.bucket,
      prefix: 'artifacts/',
      endpoint: s3.endpoint,
      credentials: s3.credentials,
    })
    const python = await mlflowPython()
    const cwd = join(import.meta.dirname, 'mlflow')
    const env = clientEnvironment(server)
    const words = ['-m', 'unittest', '-v', 'test_artifacts']
    const { code, output, errors } = await runPython(python, words, { cwd, env })
    assert.equal(code, 0, `${output}\n${errors}`)
    assert.match(errors, /^Ran [1-9]\d* tests? in/m)
  })
}
