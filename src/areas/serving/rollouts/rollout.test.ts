import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { noCounters, trafficOf } from '../traffic/traffic.ts'
import { parseCondition } from './condition.ts'
import { planOf } from './plan.ts'
import {
  type CurrentStep,
  nextMove,
  readyWithinMs,
  type Situation,
  type Witness,
  weightsAt,
} from './rollout.ts'

const start = new Date('2026-01-01T00:00:00Z')
const later = (ms: number) => new Date(start.getTime() + ms)
const ready: Witness = { snapshotVersion: 5, state: 'ready', error: null }
const traffic = (requests: number, errors = 0) => trafficOf({ ...noCounters, requests, errors })

const situation = (changes: Partial<Situation> = {}): Situation => ({
  now: later(1000),
  revision: 2,
  plan: [{ percent: 10, requests: 50 }, { percent: 100 }],
  conditions: [parseCondition('error_rate > 1%')],
  desired: 'run',
  startedAt: start,
  servers: [ready],
  step: undefined,
  ...changes,
})
const at = (position: number, requests: number, errors = 0): CurrentStep => ({
  position,
  snapshotVersion: 5,
  effectiveAt: start,
  traffic: { revision: traffic(requests, errors), baseline: traffic(100) },
})

describe('the next move of a rollout', () => {
  it('waits for a live server, then for all of them to be ready', () => {
    assert.deepEqual(nextMove(situation({ servers: [] })), { do: 'wait', reason: 'a live model server' })
    const half = situation({ servers: [ready, { ...ready, state: 'loading' }] })
    assert.equal(nextMove(half).do, 'wait')
    assert.equal(nextMove(situation()).do, 'enter')
  })

  it('gives up a revision that does not become ready', () => {
    const servers = [{ ...ready, state: 'loading' as const }]
    assert.equal(nextMove(situation({ servers, now: later(readyWithinMs + 1) })).do, 'abort')
  })

  it('measures only when every live server has the weights', () => {
    const step = { position: 0, snapshotVersion: 6, effectiveAt: undefined, traffic: undefined }
    assert.equal(nextMove(situation({ step })).do, 'wait')
    const servers = [{ ...ready, snapshotVersion: 6 }]
    assert.deepEqual(nextMove(situation({ step, servers })), { do: 'measure', position: 0 })
  })

  it('goes on when enough was answered, and no sooner', () => {
    assert.deepEqual(nextMove(situation({ step: at(0, 49) })), {
      do: 'wait',
      reason: '1 more requests at 10 %',
    })
    const move = nextMove(situation({ step: at(0, 50) }))
    assert.equal(move.do === 'enter' && move.position, 1)
    assert.equal(nextMove(situation({ step: at(1, 0) })).do, 'complete')
  })

  it('stays for the least time', () => {
    const plan = [{ percent: 10, for_ms: 5000 }, { percent: 100 }]
    assert.deepEqual(nextMove(situation({ plan, step: at(0, 900) })), {
      do: 'wait',
      reason: '4 s more at 10 %',
    })
    assert.equal(nextMove(situation({ plan, step: at(0, 0), now: later(5000) })).do, 'enter')
  })

  it('aborts as soon as a condition is met on enough requests, at the latest at the end of the step', () => {
    assert.equal(nextMove(situation({ step: at(0, 19, 1) })).do, 'wait')
    assert.equal(nextMove(situation({ step: at(0, 20, 1) })).do, 'abort')
    const plan = [{ percent: 10, requests: 3 }, { percent: 100 }]
    assert.equal(nextMove(situation({ plan, step: at(0, 3, 1) })).do, 'abort')
  })

  it('stays where it is while paused, but still aborts', () => {
    assert.equal(nextMove(situation({ desired: 'pause', step: at(0, 50) })).do, 'wait')
    assert.equal(nextMove(situation({ desired: 'pause', step: at(0, 50, 5) })).do, 'abort')
  })

  it('aborts when a server loses the revision at any step', () => {
    const servers = [ready, { ...ready, state: 'failed' as const, error: 'out of memory' }]
    for (const step of [undefined, at(0, 5), at(1, 5)]) {
      const move = nextMove(situation({ servers, step }))
      assert.ok(move.do === 'abort' && move.reason.includes('out of memory'))
    }
  })
})

describe('weights', () => {
  it('always add up to 100, with the new revision at its percent', () => {
    const before = fc
      .uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
      .chain((numbers) =>
        fc
          .array(fc.integer({ min: 1, max: 100 }), { minLength: numbers.length, maxLength: numbers.length })
          .map((parts) => numbers.map((revision, i) => ({ revision, weight: parts[i] ?? 1 }))),
      )
    fc.assert(
      fc.property(before, fc.integer({ min: 1, max: 100 }), (old, percent) => {
        const weights = weightsAt(percent, 10, old)
        assert.equal(weights.get(10), percent)
        assert.equal(
          [...weights.values()].reduce((sum, weight) => sum + weight, 0),
          100,
        )
        assert.ok([...weights.values()].every((weight) => weight >= 0))
      }),
    )
  })

  it('are all of it when there is nothing else', () => assert.deepEqual([...weightsAt(5, 1, [])], [[1, 100]]))
})

describe('a plan', () => {
  it('ends at 100 %', () => assert.deepEqual(planOf([{ percent: 5 }]), [{ percent: 5 }, { percent: 100 }]))
  it('must rise', () => {
    assert.throws(() => planOf([{ percent: 50 }, { percent: 25 }]), {
      code: 'invalid_argument',
      message: /50, 25/,
    })
  })
})
