import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commitAddress, modelPaths, sourceOf } from './source.ts'

test('old and new clients tell of git in tags of their own', () => {
  const old = sourceOf({
    'mlflow.source.git.commit': 'abc',
    'mlflow.source.git.repoURL': 'git@host.org:team/code.git',
  })
  assert.equal(commitAddress(old), 'https://host.org/team/code/commit/abc')
  const now = sourceOf({
    'mlflow.git.commit': 'abc',
    'mlflow.git.repo_url': 'https://me:secret@host.org/team/code',
  })
  assert.equal(commitAddress(now), 'https://host.org/team/code/commit/abc')
})

test('no link is made of what is no address', () => {
  const odd = sourceOf({ 'mlflow.git.commit': 'abc', 'mlflow.git.repo_url': 'javascript:alert(1)' })
  assert.equal(commitAddress(odd), undefined)
})

test('paths of logged models come from the history, whatever stands in it', () => {
  const tag = (text: string) => modelPaths({ 'mlflow.log-model.history': text })
  assert.deepEqual(tag('[{"artifact_path":"model"},{"artifact_path":"model"},{"run_id":"x"}]'), ['model'])
  assert.deepEqual(tag('not json'), [])
  assert.deepEqual(tag('{"artifact_path":1}'), [])
})
