import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageOf, ownTags, promptText, variablesOf } from './prompt-text.ts'

test('a template is its text, a chat its messages with their roles', () => {
  assert.equal(promptText({ 'mlflow.prompt.text': 'Hi {{name}}' }), 'Hi {{name}}')
  const chat = JSON.stringify([
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: '{{question}}' },
  ])
  assert.equal(
    promptText({ 'mlflow.prompt.text': chat, _mlflow_prompt_type: 'chat' }),
    '[system]\nBe kind.\n\n[user]\n{{question}}',
  )
  assert.equal(promptText({ 'mlflow.prompt.text': '[not json' }), '[not json')
  assert.equal(promptText({}), '')
})

test('variables stand in double braces', () => {
  assert.deepEqual(variablesOf('{{ a }} and {{b.c}} and {{a}} but not {d}'), ['a', 'b.c'])
})

test('the message of a version is its description or what the client tagged', () => {
  assert.equal(messageOf({ description: 'x', tags: {} }), 'x')
  assert.equal(messageOf({ description: '', tags: { 'mlflow.prompt.commit_message': 'y' } }), 'y')
  assert.deepEqual(ownTags({ team: 'a', 'mlflow.prompt.text': 'x', _mlflow_prompt_type: 'text' }), [
    ['team', 'a'],
  ])
})
