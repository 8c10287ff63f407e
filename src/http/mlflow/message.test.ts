import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseBody } from './body.ts'
import { MlflowError } from './failure.ts'
import { type Message, readBody, readQuery } from './message.ts'

const message = {
  run_id: { type: 'string', required: true },
  value: { type: 'double' },
  step: { type: 'int64' },
  deep: { type: 'bool' },
  status: { type: 'enum', values: ['RUNNING', 'DONE'] },
  tags: { type: 'message', list: true, fields: { key: { type: 'string', required: true } } },
} as const satisfies Message

function read(text: string) {
  return readBody(message, parseBody(text))
}

function refusal(text: string): string {
  try {
    read(text)
  } catch (error) {
    if (error instanceof MlflowError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

const hint = ' See the API docs for more information about request parameters.'

test('numbers come in every form that clients send', () => {
  assert.ok(Number.isNaN(read('{"run_id":"a","value":NaN}').value))
  assert.equal(read('{"run_id":"a","value":-Infinity}').value, -Infinity)
  assert.equal(read('{"run_id":"NaN Infinity","value":"Infinity"}').value, Infinity)
  assert.equal(read('{"run_id":"a","step":"12"}').step, 12)
  assert.equal(read('{"run_id":"a","step":9.0}').step, 9)
  assert.equal(read('{"run_id":"a","step":9007199254740993}').step, 9007199254740993n)
  assert.equal(read('{"run_id":"a","value":0.1000000000000000055}').value, 0.1)
})

test('a value of another type is shown as it was written', () => {
  assert.equal(
    refusal('{"run_id":9.0}'),
    `INVALID_PARAMETER_VALUE: Invalid value 9.0 for parameter 'run_id' supplied:  Hint: Value was of type 'float'.${hint}`,
  )
  assert.equal(
    refusal('{"run_id":{"é":[1,null]}}'),
    `INVALID_PARAMETER_VALUE: Invalid value {"\\u00e9":[1,null]} for parameter 'run_id' supplied:  Hint: Value was of type 'dict'.${hint}`,
  )
  assert.match(refusal('{"run_id":"a","step":1.5}'), /Invalid value 1.5 for parameter 'step'/)
  assert.match(refusal('{"run_id":"a","step":9223372036854775808}'), /Invalid value 9223372036854775808/)
  assert.match(refusal('{"run_id":"a","tags":{}}'), /Invalid value {} for parameter 'tags'/)
})

test('what is required is missed, in depth too, and null is nothing', () => {
  const missing = (name: string) =>
    `INVALID_PARAMETER_VALUE: Missing value for required parameter '${name}'.${hint}`
  assert.equal(refusal('{}'), missing('run_id'))
  assert.equal(refusal(''), missing('run_id'))
  assert.equal(refusal('{"run_id":null}'), missing('run_id'))
  assert.equal(refusal('{"run_id":"a","tags":[{"key":"x"},{}]}'), missing('tags[1].key'))
})

test('names come in either spelling but not in both', () => {
  assert.equal(read('{"runId":"a"}').run_id, 'a')
  assert.match(refusal('{"runId":"a","run_id":"b"}'), /Request specifies both 'run_id' and 'runId'/)
})

test('enums are names or numbers', () => {
  assert.equal(read('{"run_id":"a","status":"DONE"}').status, 'DONE')
  assert.equal(read('{"run_id":"a","status":2}').status, 'DONE')
  assert.match(refusal('{"run_id":"a","status":"GONE"}'), /Invalid value "GONE"/)
})

test('hostile JSON is refused, not crashed on', () => {
  assert.match(refusal('{"run_id":'), /BAD_REQUEST/)
  assert.match(refusal(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), /BAD_REQUEST|INVALID_PARAMETER_VALUE/)
  assert.match(refusal('{"__proto__":{"run_id":"a"}}'), /Missing value/)
  assert.match(refusal('[]'), /INVALID_PARAMETER_VALUE/)
})

test('a JSON string of JSON is read', () => {
  assert.equal(read('"{\\"run_id\\":\\"a\\"}"').run_id, 'a')
})

test('queries repeat lists and spell booleans', () => {
  const query = { names: { type: 'string', list: true }, deep: { type: 'bool' } } as const satisfies Message
  assert.deepEqual(readQuery(query, { names: 'a', deep: 'True' }), { names: ['a'], deep: true })
  assert.deepEqual(readQuery(query, { names: ['a', 'b'] }), { names: ['a', 'b'], deep: undefined })
  assert.throws(() => readQuery(query, { deep: 'yes' }), MlflowError)
})
