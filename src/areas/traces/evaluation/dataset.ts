import { createHash } from 'node:crypto'
import { SlipwayError } from '../../../base/error.ts'
import { uuidv7 } from '../../../base/id.ts'
import type { Json, Texts } from '../span.ts'

/** Questions with their right answers, that applications are evaluated with. */
export interface EvaluationDataset {
  readonly id: string
  readonly name: string
  /** Another one after each change of its records. */
  readonly digest: string
  readonly schema: Json | null
  readonly tags: Texts
  readonly createdBy: string | null
  readonly updatedBy: string | null
  readonly created: number
  readonly updated: number
  readonly experimentIds: readonly string[]
  readonly records: number
}

export interface EvaluationRecord {
  readonly id: string
  readonly datasetId: string
  readonly inputs: Json
  readonly outputs: Json | null
  readonly expectations: Json | null
  readonly source: Json | null
  readonly tags: Texts
  readonly createdBy: string | null
  readonly updatedBy: string | null
  readonly created: number
  readonly updated: number
}

/** A record as a client gives it; `undefined` leaves what is there. */
export interface NewRecord {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly outputs?: unknown
  readonly expectations?: Readonly<Record<string, unknown>> | undefined
  readonly tags?: Texts | undefined
  readonly source?: unknown
}

export const userTag = 'mlflow.user'

export function datasetId(): string {
  return `d-${uuidv7().replaceAll('-', '')}`
}

export function recordId(): string {
  return `dr-${uuidv7().replaceAll('-', '')}`
}

export function datasetNotFound(id: string): SlipwayError {
  return new SlipwayError('not_found', `Evaluation dataset with id '${id}' not found`)
}

export function digestOf(name: string, changed: number): string {
  return createHash('sha256').update(`${name}:${changed}`).digest('hex').slice(0, 8)
}

/** The same inputs have the same hash, whatever the order of their keys. */
export function hashOf(inputs: unknown): string {
  return createHash('sha256').update(sortedJson(inputs)).digest('hex')
}

function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${sortedJson(one)}`).join(',')}}`
}

/** The type of each field that a record had, as MLflow's clients read it. A field keeps the type it had first. */
export function schemaWith(schema: Json | null, records: readonly NewRecord[]): Json | null {
  if (records.length === 0) return schema
  const known: { inputs: Fields; outputs: Fields | string; expectations: Fields; version: string } =
    schema === null ? { inputs: {}, outputs: {}, expectations: {}, version: '1.0' } : JSON.parse(schema)
  for (const { inputs, outputs, expectations } of records) {
    addTypes(known.inputs, inputs)
    addTypes(known.expectations, expectations ?? {})
    if (outputs === undefined || outputs === null) continue
    if (typeof outputs === 'object' && !Array.isArray(outputs) && typeof known.outputs === 'object') {
      addTypes(known.outputs, outputs as Record<string, unknown>)
    } else if (typeof known.outputs === 'object' && Object.keys(known.outputs).length === 0) {
      known.outputs = typeName(outputs)
    }
  }
  return JSON.stringify(known)
}

type Fields = Record<string, string>

function addTypes(fields: Fields, values: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(values)) fields[key] ??= typeName(value)
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float'
  return typeof value
}

/** Reads records that a client sends as JSON. Fails with `invalid_argument`. */
export function recordsIn(value: unknown): NewRecord[] {
  if (!Array.isArray(value)) throw new SlipwayError('invalid_argument', 'Records must be a list of objects.')
  return value.map((one: unknown, index): NewRecord => {
    const record = objectOf(one, `records[${index}]`)
    const { inputs, expectations, tags } = record
    return {
      inputs: inputs === undefined ? {} : objectOf(inputs, `records[${index}].inputs`),
      ...('outputs' in record ? { outputs: record.outputs } : {}),
      expectations: expectations ? objectOf(expectations, `records[${index}].expectations`) : undefined,
      tags: tags ? textsOf(objectOf(tags, `records[${index}].tags`)) : undefined,
      source: record.source ?? undefined,
    }
  })
}

function objectOf(value: unknown, at: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw new SlipwayError('invalid_argument', `${at} must be an object.`)
}

export function textsOf(values: Readonly<Record<string, unknown>>): Texts {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}
