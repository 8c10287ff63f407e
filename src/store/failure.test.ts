import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnavailable, named, reportsFullDisk, uniqueViolation } from './failure.ts'

function failure(code: string, more: object = {}): Error {
  return Object.assign(new Error(`code ${code}`), { code, ...more })
}

test('what an operator can act on has a name', () => {
  for (const [code, name] of [
    ['53100', 'disk_full'],
    ['ENOSPC', 'disk_full'],
    ['57P03', 'database_unavailable'],
    ['ECONNREFUSED', 'database_unavailable'],
    ['28P01', 'database_unavailable'],
    ['22P05', 'invalid_argument'],
  ] as const) {
    assert.equal((named(failure(code)) as { code: string }).code, name, code)
  }
})

test('anything else stays as it is', () => {
  const other = failure('23505', { constraint: 'x_key' })
  assert.equal(named(other), other)
  assert.equal(uniqueViolation(other), 'x_key')
  assert.equal(uniqueViolation(failure('23503')), undefined)
  assert.equal(isUnavailable(new Error('Connection terminated unexpectedly')), true)
  assert.equal(isUnavailable(new Error('timeout expired')), true)
  assert.equal(isUnavailable(new Error('no such thing')), false)
})

test('a full disk is recognized in the words of the server', () => {
  assert.ok(
    reportsFullDisk(
      'FATAL: could not extend file "base/1/2691": wrote only 4096 of 8192 bytes\nHINT:  Check free disk space.',
    ),
  )
  assert.ok(reportsFullDisk('could not write to file "pg_wal/xlogtemp.30": No space left on device'))
  assert.ok(!reportsFullDisk('FATAL: lock file exists'))
})
