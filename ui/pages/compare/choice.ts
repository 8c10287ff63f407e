import type { NumberVariable, Variable } from './variable.ts'
import { varies } from './variable.ts'

/** What the comparison is about when the reader has chosen nothing: what differs, the metrics that most runs have. */
export interface Choice {
  readonly axes: readonly Variable[]
  readonly x: Variable | undefined
  readonly y: Variable | undefined
  readonly z: Variable | undefined
  readonly metric: NumberVariable | undefined
}

/** What the URL names; names are `params.<key>` and `metrics.<key>`. */
export interface Chosen {
  readonly axes?: string | undefined
  readonly sx?: string | undefined
  readonly sy?: string | undefined
  readonly sc?: string | undefined
  readonly metric?: string | undefined
}

const mostParams = 6

export function choiceOf(
  { params, metrics }: { params: readonly Variable[]; metrics: readonly NumberVariable[] },
  chosen: Chosen,
): Choice {
  const all = [...params, ...metrics]
  const named = (name: string | undefined) => all.find((variable) => variable.name === name)
  const differing = params.filter(varies).toSorted((a, b) => distinct(b) - distinct(a))
  const metric = metrics.find((one) => one.name === chosen.metric) ?? likeliest(metrics)
  const numbers = differing.filter((param) => param.kind === 'number')
  const axes = axesOf(chosen.axes).flatMap((name) => named(name) ?? [])
  const z = chosen.sc === 'none' ? undefined : (named(chosen.sc) ?? metric)
  return {
    axes: axes.length > 1 ? axes : [...differing.slice(0, mostParams), ...(metric ? [metric] : [])],
    x: named(chosen.sx) ?? numbers[0] ?? differing[0] ?? all[0],
    y: named(chosen.sy) ?? numbers[1] ?? metrics.find((one) => one !== metric) ?? differing[1] ?? all[1],
    z,
    metric,
  }
}

/** Keys may hold commas, so that the names are encoded one by one. */
export function axesOf(text: string | undefined): string[] {
  return (text ?? '').split(',').filter(Boolean).map(decoded)
}

export function axesText(names: readonly string[]): string | undefined {
  return names.length === 0
    ? undefined
    : names.map((name) => name.replace(/[%,]/g, encodeURIComponent)).join(',')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Most runs have it, and they differ in it; a score of validation or test before others. */
function likeliest(metrics: readonly NumberVariable[]): NumberVariable | undefined {
  const rank = (metric: NumberVariable) =>
    metric.values.filter((value) => value !== null).length * 10 +
    (varies(metric) ? 5 : 0) +
    (/(val|test|eval)/i.test(metric.label) ? 2 : 0) +
    (/(acc|auc|f1|score|r2)/i.test(metric.label) ? 1 : 0) -
    (/^system\/|second|time|epoch/i.test(metric.label) ? 4 : 0)
  return metrics.toSorted((a, b) => rank(b) - rank(a))[0]
}

function distinct(variable: Variable): number {
  return new Set<unknown>(variable.values).size
}
