import { SlipwayError } from '../../base/error.ts'
import type { GateResult } from '../../contract/lines.ts'
import type { GateSpec } from '../../contract/linespec.ts'

/** What the platform itself measured of one version on one dataset version. */
export interface Scores {
  readonly metrics: Readonly<Record<string, number>>
  readonly slices: readonly {
    readonly by: string
    readonly value: string
    readonly rows: number
    readonly metrics: Readonly<Record<string, number>>
  }[]
}

type Operator = '>=' | '>' | '<=' | '<'

/** `accuracy >= 0.95`, or against the champion `accuracy >= champion - 0.005`. */
export interface Condition {
  readonly metric: string
  readonly operator: Operator
  readonly champion: boolean
  readonly number: number
}

const form =
  /^\s*([A-Za-z_][A-Za-z0-9_.]*)\s*(>=|<=|>|<)\s*(?:(champion)\s*(?:([+-])\s*([0-9.]+))?|(-?[0-9.]+(?:e-?[0-9]+)?))\s*(%?)\s*$/

/** Fails with `invalid_argument`, saying what is allowed. */
export function parseCondition(text: string, against: 'number' | 'champion'): Condition {
  const match = form.exec(text)
  const [, metric, operator, champion, sign, offset, plain, percent] = match ?? []
  const number = Number(plain ?? offset ?? 0) * (sign === '-' ? -1 : 1) * (percent === '%' ? 0.01 : 1)
  if (metric === undefined || operator === undefined || !Number.isFinite(number))
    throw malformed(text, against)
  if ((champion !== undefined) !== (against === 'champion')) throw malformed(text, against)
  return { metric, operator: operator as Operator, champion: champion !== undefined, number }
}

function malformed(text: string, against: 'number' | 'champion'): SlipwayError {
  const example = against === 'number' ? 'accuracy >= 0.95' : 'accuracy >= champion - 0.005'
  return new SlipwayError(
    'invalid_argument',
    `'${text}' is no gate. Write a metric, one of >= > <= <, and ${against === 'number' ? 'a number' : '`champion` with an optional + or - number'}, for example '${example}'.`,
  )
}

/** Throws on the first gate that cannot be read. */
export function checkGates(gates: readonly GateSpec[]): void {
  for (const gate of gates) {
    if ('metric' in gate) parseCondition(gate.metric, 'number')
    else if ('champion' in gate) parseCondition(gate.champion, 'champion')
  }
}

/** One result a gate, in order. Pure: the same scores give the same answer for ever. */
export function evaluateGates(
  gates: readonly GateSpec[],
  scores: { challenger: Scores; champion: Scores | null; approvals: number; refused: boolean },
): GateResult[] {
  return gates.map((gate) => {
    if ('metric' in gate) return metricGate(gate.metric, scores.challenger)
    if ('champion' in gate) return championGate(gate.champion, scores.challenger, scores.champion)
    if ('slice' in gate) return sliceGate(gate.slice, scores.challenger)
    return approvalsGate(gate.approvals.count, scores.approvals, scores.refused)
  })
}

function metricGate(text: string, challenger: Scores): GateResult {
  const condition = parseCondition(text, 'number')
  return judge('metric', text, condition, challenger.metrics[condition.metric], condition.number)
}

function championGate(text: string, challenger: Scores, champion: Scores | null): GateResult {
  const condition = parseCondition(text, 'champion')
  const observed = challenger.metrics[condition.metric]
  if (champion === null) {
    const message = 'There is no champion yet.'
    return {
      gate: text,
      kind: 'champion',
      passed: observed !== undefined,
      observed: observed ?? null,
      required: null,
      message,
    }
  }
  const base = champion.metrics[condition.metric]
  const required = base === undefined ? undefined : base + condition.number
  return judge('champion', text, condition, observed, required)
}

function judge(
  kind: GateResult['kind'],
  gate: string,
  condition: Condition,
  observed: number | undefined,
  required: number | undefined,
): GateResult {
  if (observed === undefined || required === undefined || !Number.isFinite(observed)) {
    const message = `'${condition.metric}' was not measured.`
    return { gate, kind, passed: false, observed: observed ?? null, required: required ?? null, message }
  }
  const passed = holds(observed, condition.operator, required)
  const than = `${condition.metric} is ${round(observed)}, required ${condition.operator} ${round(required)}`
  return { gate, kind, passed, observed, required, message: `${than}.` }
}

function sliceGate(slice: { by: string; metric: string; min: number }, challenger: Scores): GateResult {
  const gate = `${slice.metric} >= ${slice.min} for each ${slice.by}`
  const found = challenger.slices.filter(
    (item) => item.by === slice.by && item.metrics[slice.metric] !== undefined,
  )
  const worst = found.reduce<(typeof found)[number] | undefined>(
    (low, item) =>
      (item.metrics[slice.metric] ?? 0) < (low?.metrics[slice.metric] ?? Number.POSITIVE_INFINITY)
        ? item
        : low,
    undefined,
  )
  const observed = worst?.metrics[slice.metric]
  if (worst === undefined || observed === undefined) {
    return {
      gate,
      kind: 'slice',
      passed: false,
      observed: null,
      required: slice.min,
      message: `No slice by '${slice.by}' was measured.`,
    }
  }
  const message = `The worst is ${slice.by} ${worst.value} with ${round(observed)} (${worst.rows} rows).`
  return { gate, kind: 'slice', passed: observed >= slice.min, observed, required: slice.min, message }
}

function approvalsGate(count: number, given: number, refused: boolean): GateResult {
  const message = refused ? 'A reviewer refused it.' : `${given} of ${count} approvals given.`
  return {
    gate: `${count} approvals`,
    kind: 'approvals',
    passed: !refused && given >= count,
    observed: given,
    required: count,
    message,
  }
}

function holds(observed: number, operator: Operator, required: number): boolean {
  // metrics are sums of float64: a difference below this is not one
  const tolerance = 1e-12
  switch (operator) {
    case '>=':
      return observed >= required - tolerance
    case '>':
      return observed > required
    case '<=':
      return observed <= required + tolerance
    case '<':
      return observed < required
  }
}

function round(value: number): string {
  return String(Number(value.toPrecision(4)))
}
