import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { imageOf, readCsv, throughBadCamera } from './images.ts'

const { header, rows } = readCsv(join(import.meta.dirname, 'digits.csv'))

test('the data is the 1,797 scanned digits, each an id, a time, a camera, 64 pixels and a label', () => {
  assert.equal(rows.length, 1797)
  assert.equal(header.split(',').length, 68)
  const images = rows.map(imageOf)
  assert.equal(new Set(images.map((image) => image.id)).size, 1797)
  assert.ok(
    images.every((image) => image.pixels.length === 64 && image.pixels.every((p) => p >= 0 && p <= 16)),
  )
  assert.deepEqual([...new Set(images.map((image) => image.digit))].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('the bad camera blurs, halves the contrast and stays within the range', () => {
  assert.deepEqual(throughBadCamera(Array(64).fill(8)), Array(64).fill(8))
  const dot = Array.from({ length: 64 }, (_, i) => (i === 27 ? 16 : 0))
  const seen = throughBadCamera(dot)
  assert.equal(seen[0], 4)
  assert.equal(seen[27], Math.round((0.4 * 16 + 0.6 * (16 / 9)) * 0.5 + 4))
  assert.ok((seen[28] ?? 0) > 4, 'a neighbour of the dot gets some of its light')
})
