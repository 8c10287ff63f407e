import { MlflowError } from '../failure.ts'

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'sign'
  /** Of a string: what it says. */
  readonly text: string
}

const pattern =
  /[\s,\ufeff]+|#[^\n\r]*|(?<name>[A-Za-z_]\w*)|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<block>"""[\s\S]*?""")|(?<string>"(?:[^"\\\n]|\\.)*")|(?<sign>\.\.\.|[!$&()[\]{}:=@|])/gy

/** The words of a GraphQL document (GraphQL October 2021, section 2.1). */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let end = 0
  for (const match of text.matchAll(pattern)) {
    end = match.index + match[0].length
    const token = tokenOf(match.groups ?? {})
    if (token !== undefined) tokens.push(token)
  }
  if (end === text.length) return tokens
  throw new MlflowError(
    'BAD_REQUEST',
    `Syntax Error: the query can't be read: unexpected ${JSON.stringify(text.slice(end, end + 10))}.`,
  )
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>): Token | undefined {
  const { name, number, block, string, sign } = groups
  if (name !== undefined) return { kind: 'name', text: name }
  if (number !== undefined) return { kind: 'number', text: number }
  if (block !== undefined) return { kind: 'string', text: block.slice(3, -3).trim() }
  if (string !== undefined) return { kind: 'string', text: unescaped(string) }
  return sign === undefined ? undefined : { kind: 'sign', text: sign }
}

/** A string is written as in JSON. */
function unescaped(written: string): string {
  try {
    return JSON.parse(written.replaceAll('\t', '\\t')) as string
  } catch {
    throw new MlflowError('BAD_REQUEST', `Syntax Error: ${written.slice(0, 40)} is not a string.`)
  }
}
