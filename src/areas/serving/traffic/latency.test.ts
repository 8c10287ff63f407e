import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { latencyEdgesMs } from '../../../contract/modelserver.ts'
import { percentile } from './latency.ts'

const bucketOf = (ms: number) => {
  const bucket = latencyEdgesMs.findIndex((edge) => ms <= edge)
  return bucket === -1 ? latencyEdgesMs.length : bucket
}

describe('a percentile', () => {
  it('is at most a bucket off', () => {
    const latencies = fc.array(fc.double({ min: 0.1, max: 50_000, noNaN: true }), {
      minLength: 1,
      maxLength: 300,
    })
    fc.assert(
      fc.property(latencies, fc.constantFrom(0.5, 0.9, 0.99), (all, share) => {
        const counts = new Array<number>(latencyEdgesMs.length + 1).fill(0)
        for (const ms of all) counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + 1
        const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1] ?? 0
        const found = percentile(counts, share) ?? 0
        assert.ok(found <= exact * 1.2 && found >= exact / 1.2, `${found} for ${exact}`)
      }),
    )
  })

  it('is unknown without requests, and the last edge beyond it', () => {
    assert.equal(percentile([], 0.5), null)
    const beyond = new Array<number>(latencyEdgesMs.length + 1).fill(0).with(-1, 3)
    assert.ok((percentile(beyond, 0.5) ?? 0) > 50_000)
  })
})
