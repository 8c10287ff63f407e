import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { addModel, linearModel } from '../../../../test/kit/onnx.ts'
import { evaluationCommand } from './index.ts'

const run = promisify(execFile)

async function evaluate(model: Buffer, select: string, params: Record<string, unknown>) {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-evaluate-'))
  try {
    const [inputs, outputs] = [join(directory, 'inputs'), join(directory, 'outputs')]
    for (const path of ['model', 'data']) await mkdir(join(inputs, path), { recursive: true })
    await writeFile(join(inputs, 'model', 'model.onnx'), model)
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    await connection.run(
      `copy (${select}) to '${join(inputs, 'data', 'part-0000.parquet')}' (format parquet)`,
    )
    connection.closeSync()
    const [command = '', ...args] = evaluationCommand
    const env = {
      PATH: process.env.PATH,
      SLIPWAY_INPUTS: inputs,
      SLIPWAY_OUTPUTS: outputs,
      SLIPWAY_PARAMS: JSON.stringify(params),
    }
    await run(command, args, { env })
    return JSON.parse(await readFile(join(outputs, 'evaluation', 'metrics.json'), 'utf8'))
  } finally {
    await rm(directory, { recursive: true })
  }
}

test('a classifier is scored on the rows that have labels, whole and by slice', async () => {
  // Answers 1 when y > x. Every tenth label is wrong, and all of these are of camera "b".
  const scores = await evaluate(
    linearModel([
      [1, 0],
      [0, 1],
    ]),
    `select i % 7 as x, 6 - i % 5 as y, case when i % 10 = 0 then 'b' when i % 10 < 5 then 'a' end as camera,
       case when i % 11 = 3 then null else ((6 - i % 5 > i % 7) != (i % 10 = 0))::int end as label
     from range(3000) t(i)`,
    { label: 'label', features: ['x', 'y'], slices: ['camera'] },
  )
  assert.equal(scores.task, 'classification')
  assert.equal(scores.rows, 3000 - 273)
  assert.ok(Math.abs(scores.metrics.accuracy - 0.9) < 0.01)
  assert.ok(scores.metrics.log_loss > 0)
  assert.deepEqual(
    scores.slices.map(
      ({ by, value, metrics }: { by: string; value: string; metrics: { accuracy: number } }) => [
        by,
        value,
        metrics.accuracy,
      ],
    ),
    [
      ['camera', 'a', 1],
      ['camera', 'b', 0],
    ],
  )
  assert.deepEqual(scores.confusion.classes, ['0', '1'])
  assert.equal(
    scores.confusion.counts.flat().reduce((a: number, b: number) => a + b),
    scores.rows,
  )
})

test('a regression is told by its single column of floats', async () => {
  const scores = await evaluate(addModel(1, 1), 'select i::double as x, i + 2 as label from range(5) t(i)', {
    label: 'label',
    features: ['x'],
  })
  assert.deepEqual(scores.metrics, { rmse: 1, mae: 1, r2: 0.5 })
})

test('features that do not fit the model end in one clear message', async () => {
  const scores = evaluate(addModel(1, 3), 'select 1 as x, 2 as label', { label: 'label', features: ['x'] })
  await assert.rejects(scores, (error: Error & { stderr?: string }) => {
    assert.match(error.stderr ?? '', /takes \[-1, 3\], but the features have 1 values a row/)
    return true
  })
})
