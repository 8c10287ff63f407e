import type { Run } from '../../../src/contract/runs.ts'
import { numberOf } from '../tracking/metric-value.ts'

/** One quantity over the runs that are compared: a metric's latest value, or a parameter. In the order of the runs. */
export type Variable =
  | {
      readonly name: string
      readonly label: string
      readonly kind: 'number'
      readonly values: readonly (number | null)[]
    }
  | {
      readonly name: string
      readonly label: string
      readonly kind: 'category'
      readonly values: readonly (string | null)[]
    }

export type NumberVariable = Extract<Variable, { kind: 'number' }>

type Source = Pick<Run, 'params' | 'metrics'>

/** Parameters and metrics by name. A parameter is a number when every run that has it gives one. */
export function variablesOf(runs: readonly Source[]): { params: Variable[]; metrics: NumberVariable[] } {
  return {
    params: keysOf(runs.map((run) => run.params)).map((key) =>
      paramOf(
        key,
        runs.map((run) => own(run.params, key)),
      ),
    ),
    metrics: keysOf(runs.map((run) => run.metrics)).map((key) => ({
      name: `metrics.${key}`,
      label: key,
      kind: 'number',
      values: runs.map((run) => {
        const summary = own(run.metrics, key)
        const value = summary === null ? Number.NaN : numberOf(summary.value)
        return Number.isFinite(value) ? value : null
      }),
    })),
  }
}

function paramOf(key: string, texts: readonly (string | null)[]): Variable {
  const named = { name: `params.${key}`, label: key }
  const values = texts.map((text) => (text === null ? null : numeric(text)))
  const isNumber = texts.every((text, index) => text === null || values[index] !== null)
  return isNumber ? { ...named, kind: 'number', values } : { ...named, kind: 'category', values: texts }
}

function numeric(text: string): number | null {
  if (text.trim() === '') return null
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}

/** Whether the runs differ in it: what is the same everywhere explains nothing. */
export function varies(variable: Variable): boolean {
  return new Set<unknown>(variable.values.filter((value) => value !== null)).size > 1
}

export function categoriesOf(variable: Variable): string[] {
  return [...new Set(variable.values.flatMap((value) => (value === null ? [] : [String(value)])))].sort()
}

function keysOf(records: readonly object[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))].sort()
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | null {
  return Object.hasOwn(record, key) ? (record[key] ?? null) : null
}
