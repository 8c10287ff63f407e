import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SlipwayError } from '../../base/error.ts'
import { artifactPath, filePath } from './path.ts'

test('a path is kept decoded and without empty segments', () => {
  assert.equal(artifactPath('model/MLmodel'), 'model/MLmodel')
  assert.equal(artifactPath('a//b/./c/'), 'a/b/c')
  assert.equal(artifactPath('a%20b/%C3%A9.txt'), 'a b/é.txt')
  assert.equal(artifactPath('100%.txt'), '100%.txt')
  assert.equal(artifactPath(''), '')
})

const attacks = [
  '../secret',
  'a/../../secret',
  '..',
  '/etc/passwd',
  '\\..\\..\\etc\\passwd',
  'a\\b',
  '%2e%2e/secret',
  '%252e%252e%252fsecret',
  '%2fetc%2fpasswd',
  '%5c..%5csecret',
  'a%00b',
  'a\nb',
  'C:/windows',
  'c:secret',
  'file:///etc/passwd',
  'http://169.254.169.254/latest',
  'a#b',
  'x'.repeat(2001),
  `${'%25'.repeat(1)}${'25'.repeat(12)}2e`,
]
for (const attack of attacks) {
  test(`refuses ${JSON.stringify(attack).slice(0, 60)}`, () => {
    assert.throws(
      () => artifactPath(attack),
      (thrown) => thrown instanceof SlipwayError && thrown.code === 'invalid_argument',
    )
  })
}

test('a file has a name', () => {
  assert.throws(() => filePath('./'), SlipwayError)
})
