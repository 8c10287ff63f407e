import { SlipwayError } from '../../../base/error.ts'
import type { Traffic } from '../traffic/traffic.ts'

const measures = {
  error_rate: (traffic: Traffic) => (traffic.requests > 0 ? traffic.errors / traffic.requests : null),
  errors: (traffic: Traffic) => (traffic.requests > 0 ? traffic.errors : null),
  p50_ms: (traffic: Traffic) => traffic.p50Ms,
  p99_ms: (traffic: Traffic) => traffic.p99Ms,
} as const

const relations = {
  '>': (observed: number, limit: number) => observed > limit,
  '>=': (observed: number, limit: number) => observed >= limit,
  '<': (observed: number, limit: number) => observed < limit,
  '<=': (observed: number, limit: number) => observed <= limit,
} as const

type Measure = keyof typeof measures
type Relation = keyof typeof relations

/**
 * When a rollout is taken back: `error_rate > 1%`, `p99_ms > 50`, or against what the other revisions did in the same
 * time, `p99_ms > 2 * baseline`.
 */
export interface Condition {
  readonly text: string
  readonly measure: Measure
  readonly relation: Relation
  readonly limit: number
  /** The limit is a multiple of the baseline's measure. */
  readonly relative: boolean
}

const pattern =
  /^\s*([a-z0-9_]+)\s*(>=|<=|>|<)\s*(?:([0-9]+(?:\.[0-9]+)?)\s*(%|ms)?|([0-9]+(?:\.[0-9]+)?)\s*\*\s*baseline|(baseline))\s*$/

export function parseCondition(text: string): Condition {
  const match = pattern.exec(text)
  if (!match) {
    throw unreadable(
      text,
      'Write "<measure> <relation> <limit>", for example "error_rate > 1%" or "p99_ms > 50".',
    )
  }
  const [, measure = '', relation = '', limit, unit, factor, bare] = match
  if (!isMeasure(measure))
    throw unreadable(text, `"${measure}" is not one of ${Object.keys(measures).join(', ')}.`)
  if (unit === '%' && measure !== 'error_rate') throw unreadable(text, `"%" goes with error_rate only.`)
  if (unit === 'ms' && !measure.endsWith('_ms'))
    throw unreadable(text, `"ms" goes with p50_ms and p99_ms only.`)
  const relative = factor !== undefined || bare !== undefined
  const value = Number(limit ?? factor ?? 1) / (unit === '%' ? 100 : 1)
  if (measure === 'error_rate' && !relative && value > 1) {
    throw unreadable(text, 'error_rate is a share between 0 and 1; write 1% or 0.01.')
  }
  return { text: text.trim(), measure, relation: relation as Relation, limit: value, relative }
}

/** What was observed, and whether the condition holds. Without anything observed it does not. */
export function judge(condition: Condition, revision: Traffic, baseline: Traffic) {
  const observed = measures[condition.measure](revision)
  const compared = condition.relative ? measures[condition.measure](baseline) : 1
  const met =
    observed !== null &&
    compared !== null &&
    relations[condition.relation](observed, condition.limit * compared)
  return { condition: condition.text, observed, met }
}

function isMeasure(name: string): name is Measure {
  return Object.hasOwn(measures, name)
}

function unreadable(text: string, why: string): SlipwayError {
  return new SlipwayError('invalid_argument', `The condition "${text}" can't be read. ${why}`, {
    facts: { condition: text },
  })
}
