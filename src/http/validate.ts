import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Endpoint } from '../base/endpoint.ts'
import { SlipwayError } from '../base/error.ts'
import { problemsOf } from './problems.ts'

type Check = (value: unknown) => unknown

/** Turns what came over the wire into what a handler is given, or throws `invalid_argument`. */
export interface Validation {
  readonly params: Check
  readonly query: Check
  readonly body: Check
  /** Throws a plain error: an answer that breaks its contract is a bug. */
  readonly reply: Check
}

/** Schemas are compiled when first needed: a start would otherwise wait for all of them. */
export function validationOf(endpoint: Endpoint): Validation {
  return {
    params: lazily(() => textual(endpoint.params, 'path')),
    query: lazily(() => textual(endpoint.query, 'query')),
    body: lazily(() => exact(endpoint.body, 'body')),
    reply: lazily(() => replyCheck(endpoint)),
  }
}

function lazily(make: () => Check): Check {
  let made: Check | undefined
  return (value) => {
    made ??= make()
    return made(value)
  }
}

/** Path and query are text: `"7"` becomes 7 where the schema wants a number. */
function textual(schema: TSchema | undefined, place: string): Check {
  if (schema === undefined) return (value) => (place === 'query' ? nothing(value, place) : {})
  const validator = Compile(closed(schema))
  return (value) => {
    const converted = validator.Default(validator.Convert({ ...(value as object) }))
    if (validator.Check(converted)) return converted
    throw invalid(validator.Errors(converted), place, schema)
  }
}

function exact(schema: TSchema | undefined, place: string): Check {
  if (schema === undefined) return (value) => nothing(value, place)
  const validator = Compile(closed(schema))
  return (value) => {
    const filled = validator.Default(value ?? {})
    if (validator.Check(filled)) return filled
    throw invalid(validator.Errors(filled), place, schema)
  }
}

function nothing(value: unknown, place: string): Record<string, never> {
  const extra = typeof value === 'object' && value !== null ? Object.keys(value) : []
  if (extra.length === 0) return {}
  throw new SlipwayError('invalid_argument', `${place}.${extra[0]}: is not known here.`, {
    facts: { field: `${place}.${extra[0]}` },
  })
}

function replyCheck(endpoint: Endpoint): Check {
  const validator = Compile(closed(endpoint.reply))
  return (value) => {
    const sent: unknown = JSON.parse(JSON.stringify(value ?? null))
    if (validator.Check(sent)) return value
    const problems = problemsOf(validator.Errors(sent), 'answer', endpoint.reply)
    throw new Error(`${endpoint.id} answers against its contract: ${JSON.stringify(problems)}`)
  }
}

function invalid(errors: Parameters<typeof problemsOf>[0], place: string, schema: TSchema): SlipwayError {
  const problems = problemsOf(errors, place, schema)
  const text = problems.map(({ field, message }) => `${field}: ${message.replace(/\.$/, '')}`).join('; ')
  return new SlipwayError('invalid_argument', `${text === '' ? place : text}.`.replace(/\?\.$/, '?'), {
    facts: { field: problems[0]?.field ?? place, problems },
  })
}

/** A copy in which objects take no properties but their own; TypeBox keeps its marks in hidden properties. */
export function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T
  if (typeof schema !== 'object' || schema === null) return schema
  const copy: Record<string, unknown> = {}
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(schema))) {
    const value: unknown = key === 'properties' ? mapValues(property.value, closed) : closed(property.value)
    // What is intersected must stay open: each part sees the properties of the others.
    Object.defineProperty(copy, key, { ...property, value: key === 'allOf' ? property.value : value })
  }
  if (copy.properties !== undefined && copy.additionalProperties === undefined)
    copy.additionalProperties = false
  return copy as T
}

function mapValues(
  object: Record<string, unknown>,
  map: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
}
