import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linearModel } from '../../kit/onnx.ts'
import { clientEnvironment, runPython } from '../../kit/python.ts'
import { startMlflowServer } from './server.ts'

/** What is held against the platform with MLflow's own client, a file of Python each. */
export const clientTests = (await readdir(import.meta.dirname)).filter((file) => file.startsWith('test_'))

/** A server for these tests, and the way to run one of them. */
export async function openSuite() {
  const server = await startMlflowServer()
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-client-'))
  const model = join(scratch, 'model.onnx')
  const rows = [
    [1, 2],
    [3, 4],
  ]
  await writeFile(model, linearModel(rows))
  const runId = await server.newRun()
  const env = {
    ...clientEnvironment(server),
    TEST_ONNX_MODEL: model,
    TEST_JOB_RUN: runId,
    TEST_JOB_TOKEN: await server.jobToken(runId),
    TEST_OTHER_PROJECT: 'elsewhere',
    TEST_OTHER_TOKEN: await server.otherProject('elsewhere'),
  }
  return {
    /** In one process: importing the client takes longer than most tests. */
    async run(python: string, ...files: string[]): Promise<void> {
      const words = ['-m', 'unittest', '-v', ...files.map((file) => file.replace(/\.py$/, ''))]
      const { code, output, errors } = await runPython(python, words, { cwd: import.meta.dirname, env })
      assert.equal(code, 0, `${output}\n${errors}`)
      assert.match(errors, /^Ran [1-9]\d* tests? in/m)
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await rm(scratch, { recursive: true })
    },
  }
}

export type Suite = Awaited<ReturnType<typeof openSuite>>
