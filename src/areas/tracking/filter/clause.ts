import { SlipwayError } from '../../../base/error.ts'
import { comparators, datasetKeys, type Entity, type Grammar } from './grammar.ts'
import { type Token, tokenize } from './token.ts'

/** One condition of a filter; all must hold. */
export interface Clause {
  readonly entity: Entity
  readonly key: string
  /** In upper case: `=`, `LIKE`, `NOT IN`, `IS NULL`… */
  readonly comparator: string
  /** A number for metrics and times, several for IN, null for IS NULL. */
  readonly value: string | number | readonly string[] | null
}

interface Comparison {
  readonly left: string
  readonly comparator: string
  readonly right: Token | undefined
}

/**
 * Parses MLflow's filter language: `clause (AND clause)*`, a missing or stray AND tolerated.
 * Fails with `invalid_argument` and MLflow's own words, which its users search for.
 */
export function parseFilter(text: string | undefined, grammar: Grammar): Clause[] {
  if (text === undefined || text === '') return []
  const tokens = tokenize(text)
  if (tokens.length === 0) throw invalid(`Invalid filter '${text}'. Could not be parsed.`)
  const end = tokens.findIndex((token) => token.kind === 'end')
  if (end >= 0 && end < tokens.length - 1) {
    throw invalid(
      `Search filter contained multiple expression ${quoted(text)}. Provide AND-ed expression list.`,
    )
  }
  return comparisonsOf(tokens).map((comparison) => clauseOf(comparison, grammar))
}

function comparisonsOf(tokens: readonly Token[]): Comparison[] {
  const found: Comparison[] = []
  const stray: Token[] = []
  let at = 0
  while (at < tokens.length) {
    const [comparison, length] = comparisonAt(tokens, at)
    const token = tokens[at]
    if (comparison !== undefined) found.push(comparison)
    else if (token !== undefined && !is(token, 'AND')) stray.push(token)
    at += length
  }
  if (stray.length > 0) {
    throw invalid(`Invalid clause(s) in filter string: ${stray.map((token) => `'${token.text}'`).join(', ')}`)
  }
  return found
}

/** The comparison that begins at a token, if one does, and how many tokens it takes. */
function comparisonAt(tokens: readonly Token[], at: number): [Comparison | undefined, number] {
  const [left, second, third, fourth] = tokens.slice(at, at + 4)
  if (left?.kind !== 'word' || isKeyword(left)) return [undefined, 1]
  const made = (comparator: string, right: Token | undefined, length: number): [Comparison, number] => [
    { left: left.text, comparator, right },
    length,
  ]
  if (is(second, 'IS') && is(third, 'NULL')) return made('IS NULL', undefined, 3)
  if (is(second, 'IS') && is(third, 'NOT') && is(fourth, 'NULL')) return made('IS NOT NULL', undefined, 4)
  if (is(second, 'IN') && third?.kind === 'group') return made('IN', third, 3)
  if (is(second, 'NOT') && is(third, 'IN') && fourth?.kind === 'group') return made('NOT IN', fourth, 4)
  if (is(second, 'NOT') && (is(third, 'LIKE') || is(third, 'ILIKE')) && isValue(fourth)) {
    return made(`NOT ${third?.text.toUpperCase()}`, fourth, 4)
  }
  const compares = second?.kind === 'operator' || is(second, 'LIKE') || is(second, 'ILIKE')
  if (compares && isValue(third)) return made(second?.text.toUpperCase() ?? '', third, 3)
  return [undefined, 1]
}

const keywords: readonly string[] = ['AND', 'OR', 'NOT', 'IS', 'IN', 'LIKE', 'ILIKE', 'BETWEEN', 'NULL']

function isKeyword(token: Token): boolean {
  return token.kind === 'word' && keywords.includes(token.text.toUpperCase())
}

function is(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word
}

function isValue(token: Token | undefined): boolean {
  return (
    token !== undefined && ['word', 'string', 'number', 'group'].includes(token.kind) && !isKeyword(token)
  )
}

function clauseOf(comparison: Comparison, grammar: Grammar): Clause {
  const { entity, key } = identifierOf(comparison.left, grammar, grammar.attributes)
  const { comparator, right } = comparison
  if (right === undefined && !grammar.nullable.includes(entity)) {
    throw invalid(`IS NULL / IS NOT NULL is only supported for tags and params, not for '${entity}' '${key}'`)
  }
  const value = right === undefined ? null : parsedValue(entity, key, right, grammar)
  const allowed = allowedFor(entity, key, grammar)
  if (!allowed.includes(comparator)) {
    throw invalid(
      `Invalid comparator '${comparator}' not one of '{${allowed.map((one) => `'${one}'`).join(', ')}}'`,
    )
  }
  if (Array.isArray(value) !== comparators.list.some((one) => one === comparator)) {
    throw invalid(`Invalid comparator '${comparator}' for the value of ${entity} '${key}'`)
  }
  return { entity, key, comparator, value }
}

function allowedFor(entity: Entity, key: string, grammar: Grammar): readonly string[] {
  const nulls = grammar.nullable.includes(entity) ? comparators.nulls : []
  if (entity === 'metric') return comparators.number
  if (entity === 'attribute' && grammar.numeric.includes(key)) return comparators.number
  if (entity === 'attribute') {
    return grammar.lists.includes(key) ? [...comparators.text, ...comparators.list] : comparators.text
  }
  if (entity === 'dataset') return [...comparators.text, ...comparators.list]
  return [...comparators.text, ...nulls]
}

/** Splits `entity.key`; a key without an entity is an attribute. Also used for order. */
export function identifierOf(
  text: string,
  grammar: Grammar,
  attributes: readonly string[],
): { entity: Entity; key: string } {
  const dot = text.startsWith('`') || text.startsWith('"') ? -1 : text.indexOf('.')
  const entityText = dot < 0 ? 'attribute' : text.slice(0, dot)
  const entity = Object.hasOwn(grammar.entities, entityText) ? grammar.entities[entityText] : undefined
  if (entity === undefined) {
    const valid = [...new Set(Object.values(grammar.entities))].map((one) => `'${one}'`).join(', ')
    throw invalid(`Invalid entity type '${entityText}'. Valid values are [${valid}]`)
  }
  const key = unquoted(dot < 0 ? text : text.slice(dot + 1))
  if (entity === 'attribute' && !attributes.includes(key)) {
    throw invalid(`Invalid attribute key '${key}' specified. Valid keys are '${setOf(attributes)}'`)
  }
  if (entity === 'dataset' && !datasetKeys.includes(key)) {
    throw invalid(`Invalid dataset key '${key}' specified. Valid keys are '${setOf(datasetKeys)}'`)
  }
  return { entity, key }
}

function parsedValue(entity: Entity, key: string, token: Token, grammar: Grammar): Clause['value'] {
  if (entity === 'metric') {
    if (token.kind !== 'number') throw invalid(`Expected numeric value type for metric. Found ${token.text}`)
    return Number(token.text)
  }
  if (entity === 'attribute' && grammar.numeric.includes(key)) {
    if (token.kind !== 'number') {
      throw invalid(`Expected numeric value type for numeric attribute: ${key}. Found ${token.text}`)
    }
    return Number(token.text)
  }
  if (token.kind === 'group' && (entity === 'attribute' || entity === 'dataset')) {
    if (entity === 'attribute' && !grammar.lists.includes(key)) {
      const lists = grammar.lists.map((one) => `'${one}'`).join(', ')
      throw invalid(`Only [${lists}] attributes support comparison with a list of quoted string values.`)
    }
    return listOf(token.text)
  }
  if (token.kind === 'string' || token.kind === 'word') return stringOf(token.text)
  const what = entity === 'attribute' ? 'attributes' : entity === 'dataset' ? 'dataset attributes' : undefined
  throw invalid(
    what === undefined
      ? `Expected a quoted string value for ${entity} (e.g. 'my-value'). Got value ${token.text}`
      : `Expected a quoted string value for ${what}. Got value ${token.text}`,
  )
}

function stringOf(text: string): string {
  if (/^'[\s\S]*'$/.test(text) || /^"[^"]*"$/.test(text)) return text.slice(1, -1)
  throw invalid(
    'Parameter value is either not quoted or unidentified quote types used for string value ' +
      `${text}. Use either single or double quotes.`,
  )
}

function listOf(text: string): readonly string[] {
  const tokens = tokenize(text.slice(1, -1))
  const expected = 'While parsing a list in the query, expected'
  if (tokens.length === 0) {
    throw invalid(`${expected} a non-empty list of string values, but got empty list`)
  }
  return tokens.flatMap((token, index) => {
    if (index % 2 === 1) {
      if (token.text === ',') return []
      throw invalid(`${expected} a non-empty list of string values, but got ill-formed list.`)
    }
    if (token.kind === 'string' || /^"[^"]*"$/.test(token.text)) return [token.text.slice(1, -1)]
    throw invalid(
      `${expected} string value, punctuation, or whitespace, but got different type in list: ${asTuple(tokens)}`,
    )
  })
}

/** As Python shows the tuple that MLflow's parser makes of a list. */
function asTuple(tokens: readonly Token[]): string {
  const items = tokens.filter((_, index) => index % 2 === 0).map((token) => token.text)
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`
}

function unquoted(text: string): string {
  const inner = /^(?:"([^"]*)"|'([^']*)'|`([^`]*)`)$/.exec(text)
  return inner === null ? text : (inner[1] ?? inner[2] ?? inner[3] ?? '')
}

function setOf(values: readonly string[]): string {
  return `{${values.map((value) => `'${value}'`).join(', ')}}`
}

/** As Python's repr of a string. */
function quoted(text: string): string {
  return text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('invalid_argument', message)
}
