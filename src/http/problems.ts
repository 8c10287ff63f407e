import type { TSchema } from 'typebox'
import type { TLocalizedValidationError } from 'typebox/error'
import { didYouMean } from '../base/nearest.ts'

/** One thing wrong with one field. */
export interface Problem {
  readonly field: string
  readonly message: string
}

/** Says what is wrong field by field, in words; `place` is `body`, `query` or `path`. */
export function problemsOf(
  errors: readonly TLocalizedValidationError[],
  place: string,
  schema: TSchema,
): Problem[] {
  const unions = new Set(errors.filter(isUnion).map((error) => error.instancePath))
  const problems = errors.flatMap((error) => {
    // Each member of a union that did not fit has complained on its own; the union says it once.
    const inUnion = !isUnion(error) && [...unions].some((path) => error.instancePath === path)
    if (inUnion || error.message === 'schema is false') return []
    return describe(error, fieldOf(place, error.instancePath), schema, place)
  })
  return problems.slice(0, 10)
}

function isUnion(error: TLocalizedValidationError): boolean {
  return error.keyword === 'anyOf' || error.keyword === 'oneOf'
}

function fieldOf(place: string, path: string): string {
  const steps = path.split('/').slice(1)
  return steps.reduce((field, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    return /^\d+$/.test(name) ? `${field}[${name}]` : `${field}.${name}`
  }, place)
}

function describe(
  error: TLocalizedValidationError,
  field: string,
  schema: TSchema,
  place: string,
): Problem[] {
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({
        field: `${field}.${name}`,
        message: 'is missing',
      }))
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) => ({
        field: `${field}.${name}`,
        message: `is not known here.${didYouMean(String(name), field === place ? known(schema) : [])}`,
      }))
    case 'enum':
      return [
        {
          field,
          message: `must be one of ${error.params.allowedValues.map((each) => JSON.stringify(each)).join(', ')}`,
        },
      ]
    case 'const':
      return [{ field, message: `must be ${JSON.stringify(error.params.allowedValue)}` }]
    case 'pattern': {
      const told = descriptionAt(schema, error.instancePath)
      return [{ field, message: told === undefined ? error.message : `is malformed: ${told}` }]
    }
    case 'anyOf':
      return [{ field, message: 'is none of what is allowed here' }]
    default:
      return [{ field, message: error.message }]
  }
}

/** What the schema says of the field at a path: better than the pattern itself. */
function descriptionAt(schema: TSchema, path: string): string | undefined {
  let at: unknown = schema
  for (const step of path.split('/').slice(1)) {
    const { properties, items } = (at ?? {}) as { properties?: Record<string, unknown>; items?: unknown }
    at = properties?.[step] ?? items
  }
  const told = (at as { description?: unknown } | undefined)?.description
  return typeof told === 'string' ? told : undefined
}

function known(schema: TSchema): string[] {
  const properties: unknown = 'properties' in schema ? schema.properties : undefined
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
}
