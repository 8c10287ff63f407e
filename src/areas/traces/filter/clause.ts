import { SlipwayError } from '../../../base/error.ts'
import { type FilterToken as Token, tokenizeFilter } from '../../tracking/index.ts'
import { comparatorsOf, type Entity, entities, filterable, lists, numbers, spanKeys } from './grammar.ts'

/** One condition on traces; all must hold. */
export interface TraceClause {
  readonly entity: Entity
  readonly key: string
  /** In upper case: `=`, `RLIKE`, `NOT IN`, `IS NULL`… */
  readonly comparator: string
  readonly value: string | number | readonly string[] | null
}

/** Parses the filter language of MLflow's traces. Fails with `invalid_argument`. */
export function parseTraceFilter(text: string | undefined): TraceClause[] {
  if (text === undefined || text.trim() === '') return []
  const tokens = tokenizeFilter(text).filter((token) => token.kind !== 'comment')
  const clauses: TraceClause[] = []
  const stray: string[] = []
  for (let at = 0; at < tokens.length; ) {
    const [clause, length] = clauseAt(tokens, at)
    if (clause !== undefined) clauses.push(clause)
    else if (!is(tokens[at], 'AND')) stray.push(`'${tokens[at]?.text}'`)
    at += length
  }
  if (stray.length > 0) throw invalid(`Invalid clause(s) in filter string: ${stray.join(', ')}`)
  return clauses
}

function clauseAt(tokens: readonly Token[], at: number): [TraceClause | undefined, number] {
  const [left, second, third, fourth] = tokens.slice(at, at + 4)
  if (left?.kind !== 'word' || isKeyword(left)) return [undefined, 1]
  if (is(second, 'IS') && is(third, 'NULL')) return [clauseOf(left.text, 'IS NULL', undefined), 3]
  if (is(second, 'IS') && is(third, 'NOT') && is(fourth, 'NULL')) {
    return [clauseOf(left.text, 'IS NOT NULL', undefined), 4]
  }
  if (is(second, 'IN') && third?.kind === 'group') return [clauseOf(left.text, 'IN', third), 3]
  if (is(second, 'NOT') && is(third, 'IN') && fourth?.kind === 'group') {
    return [clauseOf(left.text, 'NOT IN', fourth), 4]
  }
  const compares = second?.kind === 'operator' || ['LIKE', 'ILIKE', 'RLIKE'].some((word) => is(second, word))
  if (!compares || third === undefined || isKeyword(third)) return [undefined, 1]
  return [clauseOf(left.text, second?.text.toUpperCase() ?? '', third), 3]
}

function clauseOf(left: string, comparator: string, right: Token | undefined): TraceClause {
  const { entity, key } = traceIdentifier(left, filterable)
  const allowed = comparatorsOf(entity, key)
  if (!allowed.includes(comparator)) {
    throw invalid(
      `Invalid comparator '${comparator}' not one of '{${allowed.map((one) => `'${one}'`).join(', ')}}'`,
    )
  }
  const value = right === undefined ? null : valueIn(entity, key, comparator, right)
  return { entity, key, comparator, value }
}

/** Splits `entity.key`; a key without an entity is an attribute. Also used for order. */
export function traceIdentifier(
  text: string,
  attributes: readonly string[],
): { entity: Entity; key: string } {
  const dot = /^[`"']/.test(text) ? -1 : text.indexOf('.')
  const word = dot < 0 ? 'attribute' : text.slice(0, dot)
  const entity = Object.hasOwn(entities, word) ? entities[word] : undefined
  if (entity === undefined) {
    throw invalid(`Invalid entity type '${word}'. Valid values are ${setOf(Object.keys(entities))}`)
  }
  const key = unquoted(dot < 0 ? text : text.slice(dot + 1))
  if (entity === 'attribute') {
    if (attributes.includes(key)) return { entity, key: numbers[key] ?? key }
    throw invalid(`Invalid attribute key '${key}' specified. Valid keys are '${setOf(attributes)}'`)
  }
  if (entity === 'span') return { entity, key: spanKey(key) }
  if (entity === 'issue' && key !== 'id') {
    throw invalid(`Invalid issue attribute '${key}'. Supported attributes: id`)
  }
  return { entity, key }
}

function spanKey(key: string): string {
  if (spanKeys.includes(key) || key === 'content') return key
  if (key.startsWith('attributes.') && key.length > 'attributes.'.length) {
    return `attributes.${unquoted(key.slice('attributes.'.length))}`
  }
  if (key === 'attributes.') throw invalid("Span attribute name cannot be empty after 'attributes.'")
  throw invalid(
    `Invalid span attribute '${key}'. Supported attributes: ${[...spanKeys].sort().join(', ')}, ` +
      'attributes.<attribute_name>.',
  )
}

function valueIn(entity: Entity, key: string, comparator: string, token: Token): TraceClause['value'] {
  const isNumber = token.kind === 'number'
  if (entity === 'attribute' && key in numbers) {
    if (isNumber) return Number(token.text)
    throw invalid(`Expected numeric value type for numeric attribute: ${key}. Found ${token.text}`)
  }
  if (entity === 'feedback' || entity === 'expectation') {
    const orders = ['>', '>=', '<', '<='].includes(comparator)
    if (orders && isNumber) return Number(token.text)
    if (orders) {
      throw invalid(
        `Expected a numeric value for ${entity} when using comparator '${comparator}'. Got value ${token.text}`,
      )
    }
  }
  if (entity === 'attribute' && isNumber) {
    throw invalid(
      `Only the '${setOf(Object.keys(numbers))}' attributes support comparison with numeric values.`,
    )
  }
  if (token.kind === 'group') {
    if (entity === 'attribute' && !lists.includes(key)) {
      throw invalid(
        `Only attributes in ${setOf(lists)} supports comparison with a list of quoted string values.`,
      )
    }
    return listOf(token.text)
  }
  if (token.kind === 'string' || token.kind === 'word') return stringOf(token.text)
  const what = entity === 'attribute' ? 'attributes' : entity === 'metadata' ? 'request_metadata' : entity
  throw invalid(`Expected a quoted string value for ${what} (e.g. 'my-value'). Got value ${token.text}`)
}

function listOf(text: string): readonly string[] {
  const tokens = tokenizeFilter(text.slice(1, -1)).filter((token) => token.text !== ',')
  if (tokens.length === 0) {
    throw invalid(
      'While parsing a list in the query, expected a non-empty list of string values, but got empty list',
    )
  }
  return tokens.map((token) => stringOf(token.text))
}

function stringOf(text: string): string {
  if (/^'[\s\S]*'$/.test(text) || /^"[^"]*"$/.test(text)) return text.slice(1, -1)
  throw invalid(
    'Parameter value is either not quoted or unidentified quote types used for string value ' +
      `${text}. Use either single or double quotes.`,
  )
}

const keywords: readonly string[] = [
  'AND',
  'OR',
  'NOT',
  'IS',
  'IN',
  'LIKE',
  'ILIKE',
  'RLIKE',
  'BETWEEN',
  'NULL',
]

function isKeyword(token: Token): boolean {
  return token.kind === 'word' && keywords.includes(token.text.toUpperCase())
}

function is(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word
}

function unquoted(text: string): string {
  const inner = /^(?:"([^"]*)"|'([^']*)'|`([^`]*)`)$/.exec(text)
  return inner === null ? text : (inner[1] ?? inner[2] ?? inner[3] ?? '')
}

function setOf(values: readonly string[]): string {
  return `{${values.map((value) => `'${value}'`).join(', ')}}`
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('invalid_argument', message)
}
