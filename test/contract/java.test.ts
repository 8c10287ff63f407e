import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { root } from '../kit/program.ts'
import { startMlflowServer } from './mlflow/server.ts'

const run = promisify(execFile)
const project = join(import.meta.dirname, 'java')
const output = join(root, '.cache', 'java-client')

const missing = await Promise.all([run('java', ['-version']), run('mvn', ['-version'])]).then(
  () => false as const,
  () => 'there is no JDK with Maven here',
)

test("MLflow's own client in Java", { skip: missing }, async () => {
  await using server = await startMlflowServer()
  await mkdir(output, { recursive: true })
  const classpath = join(output, 'classpath')
  await run('mvn', [
    ...['--quiet', '--batch-mode', '--file', join(project, 'pom.xml'), `-Doutput=${output}`],
    ...['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${classpath}`],
  ])
  const path = [join(output, 'classes'), await readFile(classpath, 'utf8')].join(delimiter)
  const { stdout } = await run('java', ['-cp', path, 'ClientTest'], {
    env: { ...process.env, MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: server.token },
  })
  assert.match(stdout, /[1-9]\d* checks$/m)
})
