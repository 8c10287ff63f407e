import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelSpec } from '../../onnx/tensor.ts'
import { inferAnswer } from './answer.ts'
import { Problem } from './problem.ts'
import { parseInferRequest } from './request.ts'

const spec: ModelSpec = {
  inputs: [
    { name: 'x', datatype: 'FP32', shape: [-1, 2] },
    { name: 'n', datatype: 'INT64', shape: [-1] },
  ],
  outputs: [
    { name: 'y', datatype: 'FP32', shape: [-1, 2] },
    { name: 'z', datatype: 'INT64', shape: [-1] },
  ],
}
const x = { name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2] }
const n = { name: 'n', datatype: 'INT64', shape: [1], data: [3] }

function parse(body: unknown, model = spec) {
  return parseInferRequest(
    Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    undefined,
    model,
  )
}

function one(datatype: ModelSpec['inputs'][number]['datatype'], data: unknown, shape = [1]) {
  const model: ModelSpec = { inputs: [{ name: 'v', datatype, shape: [-1] }], outputs: spec.outputs }
  return parse({ inputs: [{ name: 'v', datatype, shape, data }] }, model).inputs[0]?.data
}

test('inputs come in the order of the model, flat or nested', () => {
  const { inputs, id, outputs } = parse({ id: 'a', inputs: [n, { ...x, data: [[1, 2]] }] })
  assert.deepEqual(
    inputs.map(({ name, data }) => [name, [...data]]),
    [
      ['x', [1, 2]],
      ['n', [3n]],
    ],
  )
  assert.equal(id, 'a')
  assert.equal(outputs, undefined)
})

test('64-bit integers arrive as they were sent', () => {
  const text = (value: string) => JSON.stringify({ inputs: [x, n] }).replace('[3]', `[${value}]`)
  assert.deepEqual([...(parse(text('9007199254740993')).inputs[1]?.data ?? [])], [9007199254740993n])
  assert.deepEqual([...(parse(text('-9223372036854775808')).inputs[1]?.data ?? [])], [-9223372036854775808n])
  assert.throws(() => parse(text('9223372036854775808')), /must be of type INT64/)
  assert.throws(() => parse(text('1.5')), /must be of type INT64/)
  assert.throws(() => parse(text('1e19')), /must be of type INT64/)
})

test('elements of every datatype', () => {
  assert.deepEqual(one('BOOL', [true]), new Uint8Array([1]))
  assert.deepEqual(one('UINT8', [255]), new Uint8Array([255]))
  assert.deepEqual(one('INT16', [-32768]), new Int16Array([-32768]))
  assert.deepEqual(one('FP64', [0.1]), new Float64Array([0.1]))
  assert.deepEqual(one('FP32', [null]), new Float32Array([Number.NaN]))
  assert.deepEqual(one('BYTES', ['ä']), ['ä'])
})

const wrong: [string, unknown, RegExp][] = [
  ['no JSON', '{"inputs"', /failed to parse/],
  ['nothing', '', /failed to parse/],
  ['NaN', '{"inputs":[NaN]}', /failed to parse/],
  ['an array', [], /not a JSON object/],
  ['no inputs', {}, /no array 'inputs'/],
  ['inputs that are no array', { inputs: {} }, /no array 'inputs'/],
  ['an input missing', { inputs: [x] }, /expected 2 inputs but got 1/],
  ['an input too many', { inputs: [x, n, n] }, /expected 2 inputs but got 3/],
  ['an input twice', { inputs: [n, n] }, /given twice/],
  ['an input that is no object', { inputs: [1, n] }, /must be a JSON object/],
  ['no name', { inputs: [{ ...x, name: undefined }, n] }, /no 'name'/],
  [
    'an unknown name',
    { inputs: [{ ...x, name: 'q' }, n] },
    /unexpected inference input 'q'; the model takes 'x', 'n'/,
  ],
  ['an unknown datatype', { inputs: [{ ...x, datatype: 'FLOAT' }, n] }, /must be one of BOOL/],
  ['a datatype of Object', { inputs: [{ ...x, datatype: 'constructor' }, n] }, /must be one of BOOL/],
  ['another datatype', { inputs: [{ ...x, datatype: 'FP64' }, n] }, /'FP64', but the model expects 'FP32'/],
  ['no shape', { inputs: [{ ...x, shape: undefined }, n] }, /must be an array/],
  ['a negative size', { inputs: [{ ...x, shape: [-1, 2] }, n] }, /sizes above 0/],
  ['a size of 0', { inputs: [{ ...x, shape: [0, 2], data: [] }, n] }, /sizes above 0/],
  ['a huge size', { inputs: [{ ...x, shape: [2 ** 40, 2] }, n] }, /more elements than can be served/],
  ['another rank', { inputs: [{ ...x, shape: [2] }, n] }, /expects \[-1,2\], got \[2\]/],
  [
    'another width',
    { inputs: [{ ...x, shape: [1, 3], data: [1, 2, 3] }, n] },
    /expects \[-1,2\], got \[1,3\]/,
  ],
  ['too little data', { inputs: [{ ...x, data: [1] }, n] }, /does not have the shape \[1,2\]/],
  ['data that is nested otherwise', { inputs: [{ ...x, data: [[1], [2]] }, n] }, /does not have the shape/],
  ['data that is nested deeper', { inputs: [{ ...x, data: [[[1, 2]]] }, n] }, /does not have the shape/],
  ['ragged data', { inputs: [{ ...x, shape: [2, 2], data: [[1, 2], [3]] }, n] }, /does not have the shape/],
  ['no data', { inputs: [{ ...x, data: undefined }, n] }, /no array 'data'/],
  ['text for numbers', { inputs: [{ ...x, data: ['1', 2] }, n] }, /must be numbers/],
  ['objects for numbers', { inputs: [{ ...x, data: [{}, 2] }, n] }, /must be numbers/],
  ['an id that is no string', { id: 7, inputs: [x, n] }, /'id' must be a string/],
  ['parameters that are no object', { parameters: 1, inputs: [x, n] }, /'parameters' must be an object/],
  ['an unknown output', { inputs: [x, n], outputs: [{ name: 'q' }] }, /unexpected inference output 'q'/],
  ['outputs that are no array', { inputs: [x, n], outputs: 'y' }, /'outputs' must be an array/],
  [
    'binary data without its header',
    { inputs: [{ ...x, parameters: { binary_data_size: 8 } }, n] },
    /no Inference-Header/,
  ],
  ['deep nesting', `{"inputs":${'['.repeat(100)}${']'.repeat(100)}}`, /nests deeper than 32/],
]
for (const [name, body, message] of wrong) {
  test(`a request with ${name} is refused with status 400`, () => {
    assert.throws(
      () => parse(body),
      (error) => error instanceof Problem && error.status === 400 && message.test(error.message),
    )
  })
}

test('text that is not UTF-8 is refused', () => {
  assert.throws(() => parseInferRequest(Buffer.from([0x7b, 0xff, 0x7d]), undefined, spec), /not UTF-8/)
})

function binaryRequest(parts: { x?: Buffer; n?: Buffer }, sizes: { x?: unknown; n?: unknown } = {}) {
  const json = Buffer.from(
    JSON.stringify({
      inputs: [
        {
          name: 'n',
          datatype: 'INT64',
          shape: [1],
          parameters: { binary_data_size: sizes.n ?? parts.n?.length },
        },
        {
          name: 'x',
          datatype: 'FP32',
          shape: [1, 2],
          parameters: { binary_data_size: sizes.x ?? parts.x?.length },
        },
      ],
    }),
  )
  const body = Buffer.concat([json, parts.n ?? Buffer.alloc(0), parts.x ?? Buffer.alloc(0)])
  return () => parseInferRequest(body, json.length, spec)
}

test('binary tensors come after the JSON, in its order', () => {
  const good = {
    n: Buffer.from(new BigInt64Array([5n]).buffer),
    x: Buffer.from(new Float32Array([1, 2]).buffer),
  }
  const { inputs } = binaryRequest(good)()
  assert.deepEqual(inputs[0]?.data, new Float32Array([1, 2]))
  assert.deepEqual(inputs[1]?.data, new BigInt64Array([5n]))
  assert.throws(binaryRequest({ ...good, x: Buffer.alloc(4) }), /expecting 8 bytes, got 4/)
  assert.throws(binaryRequest({ ...good, x: Buffer.alloc(12) }, { x: 8 }), /additional input data: 4 bytes/)
  assert.throws(binaryRequest(good, { x: 16 }), /wants 16 bytes of binary data, 8 are left/)
  assert.throws(binaryRequest(good, { x: -1 }), /must be a size in bytes/)
  assert.throws(() => parseInferRequest(Buffer.from('{}'), 3, spec), /greater than the length/)
})

test('binary texts have their length before them', () => {
  const model: ModelSpec = { inputs: [{ name: 's', datatype: 'BYTES', shape: [-1] }], outputs: spec.outputs }
  const raw = (bytes: number[]) => () => parseInferRequest(Buffer.from(bytes), 0, model)
  assert.deepEqual(raw([2, 0, 0, 0, 0xc3, 0xa4])().inputs[0], {
    name: 's',
    datatype: 'BYTES',
    shape: [1],
    data: ['ä'],
  })
  assert.throws(raw([9, 0, 0, 0, 65]), /does not hold 1 elements/)
  assert.throws(raw([1, 0, 0, 0, 0xff]), /not UTF-8/)
})

test('a raw body is the only input', () => {
  const model: ModelSpec = {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
    outputs: spec.outputs,
  }
  const parsed = parseInferRequest(Buffer.from(new Float32Array([1, 2]).buffer), 0, model)
  assert.deepEqual(parsed.inputs, [
    { name: 'x', datatype: 'FP32', shape: [1, 2], data: new Float32Array([1, 2]) },
  ])
  assert.equal(parsed.binaryOutput, true)
  assert.throws(() => parseInferRequest(Buffer.alloc(7), 0, model), /expecting 8 bytes, got 7/)
  assert.throws(() => parseInferRequest(Buffer.alloc(8), 0, spec), /models with one input/)
})

test('answers have the wanted outputs in the order of the model, as JSON or binary', () => {
  const outputs = [
    { name: 'y', datatype: 'FP32' as const, shape: [1, 2], data: new Float32Array([0.5, Number.NaN]) },
    { name: 'z', datatype: 'INT64' as const, shape: [1], data: new BigInt64Array([2n ** 62n]) },
  ]
  const model = { name: 'm', version: '3' }
  const plain = inferAnswer(model, parse({ inputs: [x, n] }), outputs)
  assert.equal(plain.type, 'application/json')
  assert.match(plain.body.toString(), /"data":\[0.5,null\]\},\{.*"data":\[4611686018427387904\]/)
  const some = parse({
    inputs: [x, n],
    outputs: [{ name: 'z', parameters: { binary_data: true } }, { name: 'y' }],
  })
  const mixed = inferAnswer(model, some, outputs)
  const json = JSON.parse(mixed.body.subarray(0, mixed.jsonLength).toString())
  assert.deepEqual(
    json.outputs.map((output: { name: string }) => output.name),
    ['y', 'z'],
  )
  assert.deepEqual(json.outputs[1].parameters, { binary_data_size: 8 })
  assert.equal(mixed.body.readBigInt64LE(mixed.jsonLength ?? 0), 2n ** 62n)
})
