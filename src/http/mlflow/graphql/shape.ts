import { MlflowError } from '../failure.ts'
import type { Document, Selection } from './document.ts'
import { fieldsOf } from './limits.ts'
import { types } from './types.ts'

type Values = Readonly<Record<string, unknown>>

/** Fetches what an answer does not hold yet, but a query may ask for: the experiment of a run, for example. */
export type Fetch = (type: string, field: string, value: Values) => Promise<unknown>

/** Fails on fields that do not exist, before anything is done. */
export function checkSelections(type: string, selections: readonly Selection[], document: Document): void {
  for (const field of fieldsOf(selections, document)) {
    if (field.name === '__typename') continue
    const found = types[type]?.[field.name]
    if (found === undefined) {
      throw new MlflowError('BAD_REQUEST', `Cannot query field '${field.name}' on type 'Mlflow${type}'.`)
    }
    const below = types[found.replace(/[[\]]/g, '')]
    const where = `Field '${field.name}' of type 'Mlflow${found}'`
    if (below === undefined && field.selections !== undefined)
      throw new MlflowError('BAD_REQUEST', `${where} must not have a selection since it has no subfields.`)
    if (below !== undefined && field.selections === undefined)
      throw new MlflowError('BAD_REQUEST', `${where} must have a selection of subfields.`)
    if (field.selections !== undefined)
      checkSelections(found.replace(/[[\]]/g, ''), field.selections, document)
  }
}

/** The part of an answer that is asked for. What the protocol leaves out because it is empty is there, and empty. */
export async function shaped(
  type: string,
  value: Values,
  selections: readonly Selection[],
  on: { readonly document: Document; readonly fetch: Fetch },
): Promise<Record<string, unknown>> {
  const shown: Record<string, unknown> = {}
  for (const field of fieldsOf(selections, on.document)) {
    if (field.name === '__typename') shown[field.key] = `Mlflow${type}`
    else {
      const snake = field.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      const found = value[snake] ?? (await on.fetch(type, field.name, value))
      const wanted = types[type]?.[field.name] ?? 'string'
      shown[field.key] = await shapedField(wanted, found, field.selections ?? [], on)
    }
  }
  return shown
}

async function shapedField(
  type: string,
  value: unknown,
  selections: readonly Selection[],
  on: { readonly document: Document; readonly fetch: Fetch },
): Promise<unknown> {
  if (type.startsWith('[')) {
    const items = Array.isArray(value) ? (value as unknown[]) : []
    return Promise.all(items.map((item) => shapedField(type.slice(1, -1), item, selections, on)))
  }
  if (type === 'ApiError') return null
  if (types[type] !== undefined) return shaped(type, (value ?? {}) as Values, selections, on)
  return leaf(type, value)
}

function leaf(type: string, value: unknown): unknown {
  if (type === 'boolean') return value === true
  if (type === 'float') return typeof value === 'number' ? value : value === undefined ? 0 : null
  if (type === 'long') return String(value ?? 0)
  return value === undefined || value === null ? '' : String(value)
}
