export type TokenKind = 'word' | 'number' | 'string' | 'operator' | 'group' | 'comment' | 'end' | 'other'

/** A piece of a filter, with its text as written. */
export interface Token {
  readonly kind: TokenKind
  readonly text: string
}

/*
 * Written after what sqlparse, which MLflow's own parser is made of, accepts. A word may hold dots, and from the
 * second segment on quoted parts; a word in double quotes or backticks is an identifier as well as a possible value.
 */
const segment = /(?:[\p{L}_][\p{L}\p{N}_$]*|"[^"]*"|`[^`]*`)/u.source
const shapes: readonly (readonly [TokenKind, RegExp])[] = [
  ['comment', /--[^\n]*/y],
  ['string', /'(?:[^']|'')*'/y],
  ['word', new RegExp(`${segment}(?:\\.(?:${segment}|'[^']*'|[\\p{N}][\\p{L}\\p{N}_]*))*`, 'uy')],
  ['number', /-?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?(?![\p{L}_])/uy],
  ['operator', /[<>=!]+/y],
  ['end', /;/y],
  ['other', /[\s\S]/y],
]

/** Splits a filter into tokens without blanks; a group in parentheses is one token. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1
      continue
    }
    const token = text[at] === '(' ? group(text, at) : next(text, at)
    tokens.push(token)
    at += token.text.length
  }
  return tokens
}

function next(text: string, at: number): Token {
  for (const [kind, shape] of shapes) {
    shape.lastIndex = at
    const found = shape.exec(text)
    if (found !== null) return { kind, text: found[0] }
  }
  return { kind: 'other', text: text.charAt(at) }
}

/** From an opening to its closing parenthesis, quotes respected; only the opening one when it is never closed. */
function group(text: string, start: number): Token {
  let depth = 0
  let at = start
  while (at < text.length) {
    const char = text.charAt(at)
    const quoted = char === "'" || char === '"' || char === '`' ? next(text, at).text.length : 1
    if (char === '(') depth += 1
    if (char === ')') depth -= 1
    at += quoted
    if (depth === 0) return { kind: 'group', text: text.slice(start, at) }
  }
  return { kind: 'other', text: '(' }
}
