import assert from 'node:assert/strict'
import { test } from 'node:test'
import { previewOf } from './preview.ts'
import type { Span } from './span.ts'
import { translated } from './translate.ts'

function translatedFrom(attributes: Record<string, unknown>, events: Span['events'] = []) {
  const span: Span = {
    traceId: 'tr-1',
    id: '1',
    parentId: null,
    name: 'x',
    status: 'ok',
    message: '',
    start: 0n,
    end: 1n,
    attributes: new Map(Object.entries(attributes).map(([key, value]) => [key, JSON.stringify(value)])),
    events,
    links: [],
  }
  return Object.fromEntries(
    [...translated(span).attributes]
      .filter(([key]) => key.startsWith('mlflow.'))
      .map(([key, json]) => [key, JSON.parse(json)]),
  )
}

test('GenAI conventions of OpenTelemetry', () => {
  assert.deepEqual(
    translatedFrom({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-5-mini',
      'gen_ai.provider.name': 'openai',
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.output_tokens': '8',
      'gen_ai.input.messages': '[{"role":"user"}]',
    }),
    {
      'mlflow.spanType': 'CHAT_MODEL',
      'mlflow.spanInputs': '[{"role":"user"}]',
      'mlflow.chat.tokenUsage': { input_tokens: 12, output_tokens: 8, total_tokens: 20 },
      'mlflow.llm.model': 'gpt-5-mini',
      'mlflow.llm.provider': 'openai',
    },
  )
})

test('OpenInference', () => {
  const found = translatedFrom({
    'openinference.span.kind': 'RETRIEVER',
    'input.value': 'where',
    'output.value': 'there',
    'llm.token_count.total': 5,
  })
  assert.equal(found['mlflow.spanType'], 'RETRIEVER')
  assert.deepEqual([found['mlflow.spanInputs'], found['mlflow.spanOutputs']], ['where', 'there'])
  assert.deepEqual(found['mlflow.chat.tokenUsage'], { total_tokens: 5 })
})

test('messages that are told by events', () => {
  const event = (name: string, content: string) => ({
    name,
    time: 0n,
    attributes: new Map([['content', JSON.stringify(content)]]),
  })
  const found = translatedFrom({}, [event('gen_ai.user.message', 'Hi'), event('gen_ai.choice', 'Hello')])
  assert.deepEqual(found['mlflow.spanInputs'], [{ role: 'user', content: 'Hi' }])
  assert.deepEqual(found['mlflow.spanOutputs'], [{ role: 'assistant', content: 'Hello' }])
})

test('what the client itself says stays', () => {
  const found = translatedFrom({
    'mlflow.spanType': 'TOOL',
    'mlflow.spanInputs': 1,
    'openinference.span.kind': 'LLM',
    'input.value': 2,
  })
  assert.deepEqual(found, { 'mlflow.spanType': 'TOOL', 'mlflow.spanInputs': 1 })
})

test('a preview is the last message of its side, or the beginning of all', () => {
  const chat = {
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'first' }] },
      { role: 'assistant', content: 'second' },
    ],
  }
  assert.equal(previewOf(JSON.stringify(chat), 'user'), 'first')
  assert.equal(
    previewOf(JSON.stringify({ choices: [{ message: { role: 'assistant', content: 'yes' } }] }), 'assistant'),
    'yes',
  )
  assert.equal(previewOf('{"a":1}', 'user'), '{"a":1}')
  assert.equal(previewOf(JSON.stringify('x'.repeat(3000)), 'user')?.length, 1000)
})
