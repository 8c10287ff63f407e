import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, compact, count, metric, milliseconds, namedMetric, percent, plural } from './number.ts'

test('counts and shares read as people write them', () => {
  assert.equal(count(1797), '1,797')
  assert.equal(compact(1797), '1,797')
  assert.equal(compact(1_250_000), '1.3M')
  assert.equal(percent(0.98123), '98.1 %')
  assert.equal(percent(1), '100 %')
  assert.equal(percent(0.9996), '99.96 %')
  assert.equal(plural(1, 'row'), '1 row')
  assert.equal(plural(2, 'entry', 'entries'), '2 entries')
})

test('metrics keep four significant digits whatever their scale', () => {
  assert.equal(metric(0.073123), '0.07312')
  assert.equal(metric(0.00001234), '1.23e-5')
  assert.equal(metric(12345.678), '12345.7')
  assert.equal(metric(Number.POSITIVE_INFINITY), '∞')
  assert.equal(metric(Number.NaN), 'NaN')
  assert.equal(namedMetric('val_accuracy', 0.9812), '98.1 %')
  assert.equal(namedMetric('log_loss', 0.0731), '0.0731')
})

test('sizes and latencies carry their unit', () => {
  assert.equal(bytes(512), '512 B')
  assert.equal(bytes(1536), '1.5 KiB')
  assert.equal(milliseconds(0.42), '420 µs')
  assert.equal(milliseconds(3.21), '3.2 ms')
  assert.equal(milliseconds(1234), '1.23 s')
})
