import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { webhookEvents } from '../../contract/webhooks.ts'
import { backoffMs } from './backoff.ts'
import { outcomeOf } from './deliver.ts'
import { eventOf, toldOf } from './event.ts'
import { examples } from './example.ts'
import { bodyOf, headersOf } from './message.ts'
import { checkName, checkUrl } from './webhook.ts'

const invalid = { code: 'invalid_argument' }
const strict = { schemes: ['https'], loopbackHttp: false }
const local = { schemes: ['https'], loopbackHttp: true }

test('prompts are told as prompts, without what only says that they are', () => {
  const tags = {
    a: 'b',
    'mlflow.prompt.is_prompt': 'true',
    _mlflow_prompt_type: 'text',
    'mlflow.prompt.text': 'Hi',
  }
  const data = { model: 'p', version: 2, prompt: true, tags, description: null }
  assert.deepEqual(toldOf({ type: 'model_version.created', data }), {
    event: 'prompt_version.created',
    data: { name: 'p', version: '2', template: 'Hi', tags: { a: 'b' }, description: null },
  })
  assert.deepEqual(toldOf({ type: 'registered_model.tag_set', data: { ...data, key: 'k', value: 'v' } }), {
    event: 'prompt_tag.set',
    data: { name: 'p', key: 'k', value: 'v' },
  })
})

test('of models, tags of the model itself are told to nobody, as with MLflow', () => {
  const data = { model: 'm', prompt: false, key: 'k', value: 'v' }
  assert.equal(toldOf({ type: 'registered_model.tag_set', data }), undefined)
  assert.equal(toldOf({ type: 'run.finished', data }), undefined)
  assert.equal(
    toldOf({ type: 'model_alias.deleted', data: { ...data, alias: 'a' } })?.event,
    'model_version_alias.deleted',
  )
})

test('there is an example of each event, and no event of other actions', () => {
  assert.deepEqual(Object.keys(examples).toSorted(), [...webhookEvents].toSorted())
  assert.equal(eventOf('prompt_tag.set'), 'prompt_tag.set')
  assert.throws(() => eventOf('prompt_tag.created'), {
    ...invalid,
    message: /Valid actions are: \['deleted', 'set'\]/,
  })
})

test('a signature is over the id, the time and the very bytes', () => {
  const at = new Date('2026-11-21T10:00:00.900Z')
  const body = bodyOf({ event: 'prompt.created', data: { name: 'ü' } }, 'default', at)
  assert.equal(
    body,
    '{"entity":"prompt","action":"created","timestamp":"2026-11-21T10:00:00.900Z","data":{"name":"ü"},"workspace":"default"}',
  )
  const headers = headersOf('id', body, 'secret', at)
  const wanted = createHmac('sha256', 'secret').update(`id.1795255200.${body}`).digest('base64')
  assert.equal(headers['x-mlflow-signature'], `v1,${wanted}`)
  assert.equal('x-mlflow-signature' in headersOf('id', body, null, at), false)
})

test('what passes is tried again until the last time, what is wrong is not', () => {
  const answered = (status: number) => ({ status, retryAfter: undefined, body: '' })
  const states = [200, 204, 302, 400, 401, 404, 410, 429, 500, 503].map(
    (status) => outcomeOf(answered(status), false).state,
  )
  const [d, f, p] = ['delivered', 'failed', 'pending']
  assert.deepEqual(states, [d, d, f, f, f, f, f, p, p, p])
  assert.equal(outcomeOf(answered(503), true).state, 'failed')
  assert.equal(outcomeOf({ status: null, error: 'no answer', final: false }, false).state, 'pending')
  assert.equal(outcomeOf({ status: null, error: 'refused', final: true }, false).state, 'failed')
})

test('waits double, end somewhere, and heed Retry-After within reason', () => {
  const now = new Date('2026-11-21T10:00:00Z')
  const wait = (attempt: number, after?: string) => backoffMs(attempt, 0.5, after, now)
  assert.deepEqual([wait(1), wait(2), wait(3), wait(40)], [1000, 2000, 4000, 3_600_000])
  assert.equal(wait(1, '7'), 7000)
  assert.equal(wait(1, 'Sat, 21 Nov 2026 10:00:30 GMT'), 30_000)
  assert.equal(wait(1, 'soon'), 1000)
  assert.equal(wait(1, '999999'), 3_600_000)
  assert.equal(wait(1, '-5'), 1000)
})

test('addresses are https, or http on this machine where everyone is its user', () => {
  checkUrl('https://example.com/a', strict)
  checkUrl('HTTPS://example.com/a', strict)
  for (const url of [
    'http://example.com',
    'ftp://example.com',
    'http://127.0.0.1/',
    ' ',
    'https://',
    'x',
    '//example.com',
  ])
    assert.throws(() => checkUrl(url, strict), invalid, url)
  for (const url of ['http://127.0.0.1:8/', 'http://localhost:8/', 'http://[::1]/', 'http://0x7f.1/'])
    checkUrl(url, local)
  for (const url of [
    'http://127.0.0.1.example.com/',
    'http://10.0.0.1/',
    'http://localhost.example.com/',
    'http://[invalid',
  ])
    assert.throws(() => checkUrl(url, local), invalid, url)
})

test('names begin and end with a letter or digit', () => {
  for (const name of ['a', 'A-b_c.1', 'x'.repeat(63)]) checkName(name)
  for (const name of ['', '-a', 'a-', 'a b', 'x'.repeat(64), 'ä', 'a\n'])
    assert.throws(() => checkName(name), invalid, name)
})
