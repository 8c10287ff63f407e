/**
 * Small real ONNX files, written as protobuf by hand (onnx.proto3 of ONNX 1.16), so that tests need no Python.
 */

/** TensorProto.DataType. */
export const onnxType = {
  FP32: 1,
  UINT8: 2,
  INT8: 3,
  INT32: 6,
  INT64: 7,
  BYTES: 8,
  BOOL: 9,
  FP16: 10,
  FP64: 11,
} as const
export type OnnxType = keyof typeof onnxType

/** A dimension: fixed, or named and of any size. */
export type Dimension = number | string

export interface Value {
  readonly name: string
  readonly type: OnnxType
  readonly shape: readonly Dimension[]
}

export interface Initializer {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: readonly number[]
  /** Default FP32. */
  readonly type?: 'FP32' | 'INT64'
}

export interface Operation {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Integer attributes; graphs for subgraphs. */
  readonly attributes?: Readonly<Record<string, number | Graph>>
}

export interface Graph {
  readonly nodes: readonly Operation[]
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly initializers?: readonly Initializer[]
}

/** A model file of ONNX operators, opset 17. */
export function modelBytes(graph: Graph): Buffer {
  return Buffer.concat([
    number(1, 8),
    text(2, 'slipway-tests'),
    bytes(7, graphBytes(graph)),
    bytes(8, Buffer.concat([text(1, ''), number(2, 17)])),
  ])
}

/** y = x, of any number of rows. */
export function identityModel(width: Dimension = 'width', type: OnnxType = 'FP32'): Buffer {
  return modelBytes({
    nodes: [{ operator: 'Identity', inputs: ['input'], outputs: ['output'] }],
    inputs: [{ name: 'input', type, shape: ['batch', width] }],
    outputs: [{ name: 'output', type, shape: ['batch', width] }],
  })
}

/** y = x + addend, so that answers tell which file gave them. */
export function addModel(addend: number, width = 2): Buffer {
  return modelBytes({
    nodes: [{ operator: 'Add', inputs: ['input', 'addend'], outputs: ['output'] }],
    inputs: [{ name: 'input', type: 'FP32', shape: ['batch', width] }],
    outputs: [{ name: 'output', type: 'FP32', shape: ['batch', width] }],
    initializers: [{ name: 'addend', shape: [1], values: [addend] }],
  })
}

/** A linear classifier: label (argmax) and probabilities (softmax) of x · weights, as skl2onnx without zipmap exports. */
export function linearModel(weights: readonly (readonly number[])[]): Buffer {
  const width = weights.length
  const classes = weights[0]?.length ?? 0
  return modelBytes({
    nodes: [
      { operator: 'MatMul', inputs: ['input', 'weights'], outputs: ['scores'] },
      {
        operator: 'ArgMax',
        inputs: ['scores'],
        outputs: ['label'],
        attributes: { axis: 1, keepdims: 0 },
      },
      { operator: 'Softmax', inputs: ['scores'], outputs: ['probabilities'], attributes: { axis: 1 } },
    ],
    inputs: [{ name: 'input', type: 'FP32', shape: ['batch', width] }],
    outputs: [
      { name: 'label', type: 'INT64', shape: ['batch'] },
      { name: 'probabilities', type: 'FP32', shape: ['batch', classes] },
    ],
    initializers: [{ name: 'weights', shape: [width, classes], values: weights.flat() }],
  })
}

/** A sum over all rows: its rows depend on each other, so that requests must not be joined. */
export function sumOfRowsModel(): Buffer {
  return modelBytes({
    nodes: [
      {
        operator: 'ReduceSum',
        inputs: ['input', 'axes'],
        outputs: ['sum'],
        attributes: { keepdims: 1 },
      },
      { operator: 'Add', inputs: ['input', 'sum'], outputs: ['output'] },
    ],
    inputs: [{ name: 'input', type: 'FP32', shape: ['batch', 2] }],
    outputs: [{ name: 'output', type: 'FP32', shape: ['batch', 2] }],
    initializers: [{ name: 'axes', shape: [1], values: [0], type: 'INT64' }],
  })
}

/** Row `indices` of a table: fails at run time for an index beyond it. */
export function gatherModel(rows: number): Buffer {
  return modelBytes({
    nodes: [{ operator: 'Gather', inputs: ['table', 'indices'], outputs: ['output'] }],
    inputs: [{ name: 'indices', type: 'INT64', shape: ['batch'] }],
    outputs: [{ name: 'output', type: 'FP32', shape: ['batch'] }],
    initializers: [{ name: 'table', shape: [rows], values: Array.from({ length: rows }, (_, i) => i) }],
  })
}

/** Adds 1 in a loop, as many times as `turns` says: takes as long as the caller wants. */
export function loopModel(): Buffer {
  const body: Graph = {
    nodes: [
      { operator: 'Identity', inputs: ['condition_in'], outputs: ['condition_out'] },
      { operator: 'Add', inputs: ['state_in', 'one'], outputs: ['state_out'] },
    ],
    inputs: [
      { name: 'iteration', type: 'INT64', shape: [] },
      { name: 'condition_in', type: 'BOOL', shape: [] },
      { name: 'state_in', type: 'INT64', shape: [] },
    ],
    outputs: [
      { name: 'condition_out', type: 'BOOL', shape: [] },
      { name: 'state_out', type: 'INT64', shape: [] },
    ],
  }
  return modelBytes({
    nodes: [
      { operator: 'ReduceMax', inputs: ['turns'], outputs: ['most'], attributes: { keepdims: 0 } },
      {
        operator: 'Loop',
        inputs: ['most', '', 'zero'],
        outputs: ['count'],
        attributes: { body },
      },
      { operator: 'Add', inputs: ['turns', 'count'], outputs: ['output'] },
    ],
    inputs: [{ name: 'turns', type: 'INT64', shape: ['batch'] }],
    outputs: [{ name: 'output', type: 'INT64', shape: ['batch'] }],
    initializers: [
      { name: 'one', shape: [], values: [1], type: 'INT64' },
      { name: 'zero', shape: [], values: [0], type: 'INT64' },
    ],
  })
}

/** A few hundred bytes that ask for `gigabytes` of memory when they are loaded (constants are folded) or run. */
export function hungryModel(gigabytes: number): Buffer {
  return modelBytes({
    nodes: [
      { operator: 'Expand', inputs: ['one', 'size'], outputs: ['big'] },
      { operator: 'ReduceSum', inputs: ['big'], outputs: ['sum'], attributes: { keepdims: 0 } },
      { operator: 'Add', inputs: ['input', 'sum'], outputs: ['output'] },
    ],
    inputs: [{ name: 'input', type: 'FP32', shape: ['batch'] }],
    outputs: [{ name: 'output', type: 'FP32', shape: ['batch'] }],
    initializers: [
      { name: 'one', shape: [], values: [1] },
      { name: 'size', shape: [2], values: [gigabytes * 256, 2 ** 20], type: 'INT64' },
    ],
  })
}

function graphBytes(graph: Graph): Buffer {
  return Buffer.concat([
    ...graph.nodes.map((node) => bytes(1, nodeBytes(node))),
    text(2, 'graph'),
    ...(graph.initializers ?? []).map((initializer) => bytes(5, initializerBytes(initializer))),
    ...graph.inputs.map((value) => bytes(11, valueBytes(value))),
    ...graph.outputs.map((value) => bytes(12, valueBytes(value))),
  ])
}

function nodeBytes({ operator, inputs, outputs, attributes = {} }: Operation): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attributeBytes(name, value))),
  ])
}

/** Types of AttributeProto: 2 is INT, 5 is GRAPH. */
function attributeBytes(name: string, value: number | Graph): Buffer {
  const content =
    typeof value === 'number'
      ? [number(3, value), number(20, 2)]
      : [bytes(6, graphBytes(value)), number(20, 5)]
  return Buffer.concat([text(1, name), ...content])
}

function valueBytes({ name, type, shape }: Value): Buffer {
  const dimensions = shape.map((dimension) =>
    bytes(1, typeof dimension === 'number' ? number(1, dimension) : text(2, dimension)),
  )
  const tensor = Buffer.concat([number(1, onnxType[type]), bytes(2, Buffer.concat(dimensions))])
  return Buffer.concat([text(1, name), bytes(2, bytes(1, tensor))])
}

function initializerBytes({ name, shape, values, type = 'FP32' }: Initializer): Buffer {
  const raw =
    type === 'FP32' ? new Float32Array(values) : new BigInt64Array(values.map((value) => BigInt(value)))
  return Buffer.concat([
    ...shape.map((dimension) => number(1, dimension)),
    number(2, onnxType[type]),
    text(8, name),
    bytes(9, Buffer.from(raw.buffer)),
  ])
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(BigInt(field) << 3n), varint(BigInt.asUintN(64, BigInt(value)))])
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value))
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((BigInt(field) << 3n) | 2n), varint(BigInt(value.length)), value])
}

function varint(value: bigint): Buffer {
  const out: number[] = []
  let left = value
  while (left > 127n) {
    out.push(Number(left & 127n) | 128)
    left >>= 7n
  }
  out.push(Number(left))
  return Buffer.from(out)
}
