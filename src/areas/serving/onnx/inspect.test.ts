import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import * as models from '../../../../test/kit/onnx.ts'
import { inspectModel, tryModel } from './inspect.ts'

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-inspect-'))
})
after(() => rm(directory, { recursive: true }))

async function file(bytes: Buffer): Promise<string> {
  const path = join(directory, `${Math.random()}.onnx`)
  await writeFile(path, bytes)
  return path
}

test('a model says what it takes and gives', async () => {
  const path = await file(
    models.linearModel([
      [1, 0, 0],
      [0, 1, 0],
    ]),
  )
  assert.deepEqual(await tryModel(path), {
    spec: {
      inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, 2] }],
      outputs: [
        { name: 'label', datatype: 'INT64', shape: [-1] },
        { name: 'probabilities', datatype: 'FP32', shape: [-1, 3] },
      ],
    },
    batchable: true,
  })
})

test('rows that depend on each other are found out', async () => {
  const path = await file(models.sumOfRowsModel())
  assert.equal((await tryModel(path)).batchable, false)
})

test('texts and 16-bit floats can be run', async () => {
  for (const type of ['BYTES', 'FP16', 'BOOL', 'FP64', 'UINT8'] as const) {
    const found = await tryModel(await file(models.identityModel(2, type)))
    assert.equal(found.spec.inputs[0]?.datatype, type)
    assert.equal(found.batchable, true, type)
  }
})

const corrupt: [string, () => Buffer][] = [
  ['empty', () => Buffer.alloc(0)],
  ['not protobuf', () => Buffer.from('<html>not a model</html>')],
  ['cut off', () => models.addModel(1).subarray(0, 60)],
  [
    'with an unknown operator',
    () =>
      models.modelBytes({
        nodes: [{ operator: 'NoSuchOperator', inputs: ['input'], outputs: ['output'] }],
        inputs: [{ name: 'input', type: 'FP32', shape: [1] }],
        outputs: [{ name: 'output', type: 'FP32', shape: [1] }],
      }),
  ],
]
for (const [name, bytes] of corrupt) {
  test(`a file that is ${name} is refused with the reason`, async () => {
    await assert.rejects(inspectModel(await file(bytes())), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'invalid_model')
      assert.doesNotMatch(error.message, /onnxruntime_src/)
      return error.message.length > 30
    })
  })
}

test('a small file that asks for much memory is stopped at the limit', async () => {
  const path = await file(models.hungryModel(8))
  await assert.rejects(inspectModel(path, { memoryBytes: 2 ** 28 }), /more memory .* 256 MiB/)
})

test('a model that takes too long is stopped', async () => {
  const path = await file(models.hungryModel(1))
  await assert.rejects(inspectModel(path, { timeoutMs: 100, memoryBytes: 2 ** 34 }), /within 0.1 s/)
})
