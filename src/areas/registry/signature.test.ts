import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declaredSignature } from './mlmodel-signature.ts'
import type { Signature, Tensor } from './model.ts'
import { compatibility } from './signature.ts'

const column = (name: string, more: Partial<Tensor> = {}): Tensor => ({
  name,
  datatype: 'FP64',
  shape: [-1],
  ...more,
})
const signature = (inputs: Tensor[], outputs: Tensor[] = [column('y')]): Signature => ({ inputs, outputs })
const before = signature([column('a'), column('b')])

const cases: [what: string, after: Signature, reasons: string[], notes: string[]][] = [
  ['nothing', before, [], []],
  ['an input less', signature([column('a')]), ['input `b` is no longer there'], []],
  ['an input more', signature([...before.inputs, column('c')]), ['input `c` is new'], []],
  [
    'an optional input and an output more',
    signature([...before.inputs, column('c', { optional: true })], [column('y'), column('z')]),
    [],
    ['optional input `c` is new', 'output `z` is new'],
  ],
  [
    'another type',
    signature([column('a', { datatype: 'INT64' }), column('b')]),
    ['input `a` was FP64 and is INT64'],
    [],
  ],
  [
    'another shape of what comes out',
    signature(before.inputs, [column('y', { shape: [-1, 3] })]),
    ['output `y` had shape [-1] and has [-1, 3]'],
    [],
  ],
]
for (const [what, after, reasons, notes] of cases) {
  test(`callers and ${what}`, () => {
    assert.deepEqual(compatibility(before, after), { compatible: reasons.length === 0, reasons, notes })
  })
}

test('what was optional and is required breaks callers', () => {
  const optional = signature([column('a', { optional: true })])
  assert.deepEqual(compatibility(optional, signature([column('a')])).reasons, [
    'input `a` was optional and is required',
  ])
})

test('columns and tensors that MLmodel declares become tensors', () => {
  const mlmodel = `
signature:
  inputs: '[{"type": "long", "name": "age", "required": true}, {"type": "string", "name": "city", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}]'
  params: null
`
  assert.deepEqual(declaredSignature(mlmodel), {
    inputs: [
      { name: 'age', datatype: 'INT64', shape: [-1] },
      { name: 'city', datatype: 'BYTES', shape: [-1], optional: true },
    ],
    outputs: [{ name: 'output', datatype: 'FP64', shape: [-1, 3] }],
  })
  for (const broken of ['', 'signature: 7', "signature: {inputs: '['}", ': ['])
    assert.equal(declaredSignature(broken), undefined)
})
