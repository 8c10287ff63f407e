/*
 * The filter language as the input field needs it: where a fault is, and what may come next. What holds is decided by
 * the server, whose parser knows every corner of the grammar; this one must never refuse what that one takes.
 */
export type TokenKind = 'word' | 'number' | 'string' | 'operator' | 'group' | 'other'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly start: number
  readonly end: number
}

const segment = /(?:[\p{L}_][\p{L}\p{N}_$]*|"[^"]*"|`[^`]*`)/u.source
const shapes: readonly (readonly [TokenKind, RegExp])[] = [
  ['string', /'[^']*'/y],
  ['word', new RegExp(`${segment}(?:\\.(?:${segment}|'[^']*'|[\\p{N}][\\p{L}\\p{N}_]*))*\\.?`, 'uy')],
  ['number', /-?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?(?![\p{L}_])/uy],
  ['operator', /[<>=!]+/y],
  ['group', /\([^)]*\)/y],
  ['other', /[\s\S]/y],
]

export function tokens(text: string): Token[] {
  const found: Token[] = []
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at += 1
      continue
    }
    for (const [kind, shape] of shapes) {
      shape.lastIndex = at
      const match = shape.exec(text)
      if (match === null) continue
      found.push({ kind, text: match[0], start: at, end: at + match[0].length })
      at += match[0].length
      break
    }
  }
  return found
}

const entities = ['metrics', 'metric', 'params', 'param', 'parameters', 'parameter', 'tags', 'tag']
const attributeNames = ['run_id', 'run_name', 'user_id', 'status', 'start_time', 'end_time', 'artifact_uri']
export const attributeKeys: readonly string[] = attributeNames.filter((name) => name !== 'artifact_uri')

export type Entity = 'metrics' | 'params' | 'tags' | 'attributes' | 'other'

/** `params.lr` → params, lr. */
export function subjectOf(text: string): { entity: Entity; key: string } {
  const dot = text.startsWith('`') || text.startsWith('"') ? -1 : text.indexOf('.')
  const entity = dot < 0 ? 'attributes' : text.slice(0, dot)
  const key = (dot < 0 ? text : text.slice(dot + 1)).replace(/^(["'`])(.*)\1$/s, '$2')
  if (entity.startsWith('metric')) return { entity: 'metrics', key }
  if (entity.startsWith('param')) return { entity: 'params', key }
  if (entity.startsWith('tag')) return { entity: 'tags', key }
  if (['attributes', 'attribute', 'attr', 'run'].includes(entity)) return { entity: 'attributes', key }
  return { entity: 'other', key }
}

export const isTime = (key: string): boolean => /^(start_time|end_time|created|Created)$/.test(key)

const wordIs = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.text.toUpperCase())

/** What stands before the caret of the clause that it is in. */
export type Place =
  | { readonly expects: 'subject' }
  | { readonly expects: 'operator'; readonly subject: string }
  | { readonly expects: 'value'; readonly subject: string; readonly operator: string }
  | { readonly expects: 'and' }

/** What may come after these tokens. */
export function placeAfter(list: readonly Token[]): Place {
  let at = list.findLastIndex((token) => wordIs(token, 'AND')) + 1
  for (;;) {
    const subject = list[at]
    if (subject === undefined) return { expects: 'subject' }
    at += 1
    const first = list[at]
    if (first === undefined) return { expects: 'operator', subject: subject.text }
    if (wordIs(first, 'IS')) {
      const length = wordIs(list[at + 1], 'NOT') ? 3 : 2
      if (list.length < at + length) return { expects: 'value', subject: subject.text, operator: 'IS' }
      at += length
    } else {
      const length = wordIs(first, 'NOT') ? 2 : 1
      const operator = list.slice(at, at + length).map((token) => token.text.toUpperCase())
      at += length
      if (list[at] === undefined)
        return { expects: 'value', subject: subject.text, operator: operator.join(' ') }
      at += 1
    }
    if (list[at] === undefined) return { expects: 'and' }
  }
}

export interface Fault {
  readonly start: number
  readonly end: number
  readonly message: string
}

/** The first place where a filter can't be right; nothing when only the server can tell. */
export function faultOf(text: string): Fault | undefined {
  const list = tokens(text)
  const end = { start: text.length, end: text.length }
  let at = 0
  while (at < list.length) {
    const [subject, first, second] = list.slice(at, at + 3)
    if (subject === undefined) return undefined
    if (wordIs(subject, 'AND')) {
      at += 1
      continue
    }
    if (subject.kind === 'other' && /["'`(]/.test(subject.text))
      return fault(subject, `${subject.text} is never closed`)
    if (subject.kind !== 'word')
      return fault(subject, 'A condition begins with a name, for example metrics.loss')
    const unknown = unknownSubject(subject)
    if (unknown) return unknown
    if (first === undefined) return fault(end, `${subject.text} must be compared with something`)
    if (wordIs(first, 'IS')) {
      at += wordIs(second, 'NOT') ? 4 : 3
      continue
    }
    const negated = wordIs(first, 'NOT')
    const operator = negated ? second : first
    if (operator?.kind !== 'operator' && !wordIs(operator, 'LIKE', 'ILIKE', 'IN')) {
      return fault(operator ?? end, 'Expected =, !=, <, >, LIKE, ILIKE, IN or IS NULL')
    }
    const value = list[at + (negated ? 3 : 2)]
    if (value === undefined) return fault(end, 'Expected a value')
    const wrong = wrongValue(subject, value)
    if (wrong) return wrong
    at += negated ? 4 : 3
  }
  return undefined
}

function unknownSubject(token: Token): Fault | undefined {
  if (token.text.endsWith('.')) return fault(token, `Which of ${token.text.slice(0, -1)}?`)
  const dot = token.text.indexOf('.')
  const entity = dot < 0 ? undefined : token.text.slice(0, dot)
  const known = [...entities, 'attributes', 'attribute', 'attr', 'run', 'dataset', 'datasets']
  if (entity !== undefined && !known.includes(entity)) {
    return fault(token, `${entity} is not known; use metrics, params, tags, attributes or datasets`)
  }
  return undefined
}

function wrongValue(subject: Token, value: Token): Fault | undefined {
  const { entity, key } = subjectOf(subject.text)
  if (value.kind === 'other') {
    return fault(value, /["'`(]/.test(value.text) ? `${value.text} is never closed` : 'Expected a value')
  }
  const number = entity === 'metrics' || (entity === 'attributes' && isTime(key))
  if (number && value.kind !== 'number') return fault(value, `${subject.text} is a number`)
  if (!number && entity !== 'other' && value.kind === 'number') {
    return fault(value, `${subject.text} is text: write '${value.text}' in quotes`)
  }
  return undefined
}

function fault(at: { start: number; end: number }, message: string): Fault {
  return { start: at.start, end: at.end, message }
}

/** A value in the quotes that it does not hold; nothing when it holds both kinds, which the language can't say. */
export function quotedValue(value: string): string | undefined {
  if (!value.includes("'")) return `'${value}'`
  return value.includes('"') ? undefined : `"${value}"`
}

/** All conditions of both. */
export function both(filter: string | undefined, more: string | undefined): string | undefined {
  const parts = [filter, more].filter((part) => part !== undefined && part.trim() !== '')
  return parts.length === 0 ? undefined : parts.join(' and ')
}
