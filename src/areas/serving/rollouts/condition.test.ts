import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { judge, parseCondition } from './condition.ts'

const traffic = (requests: number, errors: number, p99Ms: number | null) => ({
  requests,
  errors,
  rows: requests,
  p50Ms: p99Ms,
  p99Ms,
})

describe('a condition', () => {
  for (const [text, limit] of [
    ['error_rate > 1%', 0.01],
    ['error_rate>=0.5', 0.5],
    ['  p99_ms > 50ms ', 50],
    ['p99_ms > 2 * baseline', 2],
    ['p50_ms > baseline', 1],
    ['errors > 3', 3],
  ] as const) {
    it(`reads "${text}"`, () => assert.equal(parseCondition(text).limit, limit))
  }

  for (const [text, why] of [
    ['', /Write "<measure> <relation> <limit>"/],
    ['error_rate = 1', /Write/],
    ['latency > 3', /"latency" is not one of error_rate, errors, p50_ms, p99_ms/],
    ['p99_ms > 5%', /"%" goes with error_rate only/],
    ['error_rate > 5ms', /"ms" goes with/],
    ['error_rate > 5', /write 1% or 0\.01/],
  ] as const) {
    it(`refuses "${text}" and says why`, () =>
      assert.throws(() => parseCondition(text), { code: 'invalid_argument', message: why }))
  }

  it('is met by what is observed, never by nothing', () => {
    const rate = parseCondition('error_rate > 1%')
    assert.equal(judge(rate, traffic(100, 2, 5), traffic(0, 0, null)).met, true)
    assert.equal(judge(rate, traffic(100, 1, 5), traffic(0, 0, null)).met, false)
    assert.deepEqual(judge(rate, traffic(0, 0, null), traffic(9, 9, 9)), {
      condition: 'error_rate > 1%',
      observed: null,
      met: false,
    })
  })

  it('compares with the other revisions', () => {
    const slower = parseCondition('p99_ms > 2 * baseline')
    assert.equal(judge(slower, traffic(100, 0, 21), traffic(100, 0, 10)).met, true)
    assert.equal(judge(slower, traffic(100, 0, 19), traffic(100, 0, 10)).met, false)
    assert.equal(judge(slower, traffic(100, 0, 19), traffic(0, 0, null)).met, false)
  })
})
