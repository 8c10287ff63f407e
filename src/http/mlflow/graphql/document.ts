import { MlflowError } from '../failure.ts'
import { type Token, tokensOf } from './token.ts'

/** A value as written, with variables not yet put in. */
export type Literal =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly items: readonly Literal[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Literal> }

export interface Field {
  readonly kind: 'field'
  /** What it is called in the answer. */
  readonly key: string
  readonly aliased: boolean
  readonly name: string
  readonly arguments: ReadonlyMap<string, Literal>
  readonly selections: readonly Selection[] | undefined
}

export type Selection =
  | Field
  | { readonly kind: 'spread'; readonly fragment: string }
  | { readonly kind: 'inline'; readonly selections: readonly Selection[] }

export interface Operation {
  readonly name: string | undefined
  readonly selections: readonly Selection[]
}

export interface Document {
  readonly operations: readonly Operation[]
  readonly fragments: ReadonlyMap<string, readonly Selection[]>
}

/** More levels than any query that may run has; a reader that calls itself needs a bottom. */
const deepest = 50

/** Reads a GraphQL request document: operations and fragments (GraphQL October 2021, section 2, without type systems). */
export function readDocument(text: string): Document {
  const reader = new Reader(tokensOf(text))
  const operations: Operation[] = []
  const fragments = new Map<string, readonly Selection[]>()
  while (!reader.atEnd()) {
    if (reader.takes('fragment')) {
      const name = reader.name()
      reader.expect('on')
      reader.name()
      reader.directives()
      fragments.set(name, reader.selections(1))
    } else operations.push(readOperation(reader))
  }
  return { operations, fragments }
}

function readOperation(reader: Reader): Operation {
  if (reader.sees('{')) return { name: undefined, selections: reader.selections(1) }
  if (!reader.takes('query') && !reader.takes('mutation')) throw reader.unexpected()
  const name = reader.seesName() ? reader.name() : undefined
  if (reader.takes('(')) while (!reader.takes(')')) reader.skip()
  reader.directives()
  return { name, selections: reader.selections(1) }
}

class Reader {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  atEnd(): boolean {
    return this.#at >= this.#tokens.length
  }

  sees(text: string): boolean {
    const token = this.#tokens[this.#at]
    return token !== undefined && token.kind !== 'string' && token.text === text
  }

  seesName(): boolean {
    return this.#tokens[this.#at]?.kind === 'name'
  }

  takes(text: string): boolean {
    if (!this.sees(text)) return false
    this.#at += 1
    return true
  }

  skip(): Token {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw this.unexpected()
    this.#at += 1
    return token
  }

  expect(text: string): void {
    if (!this.takes(text)) throw this.unexpected()
  }

  name(): string {
    if (!this.seesName()) throw this.unexpected()
    return this.skip().text
  }

  directives(): void {
    while (this.takes('@')) {
      this.name()
      if (this.sees('(')) this.#arguments()
    }
  }

  selections(depth: number): Selection[] {
    if (depth > deepest) throw syntax('it is nested too deep')
    this.expect('{')
    const found: Selection[] = []
    while (!this.takes('}')) found.push(this.#selection(depth))
    return found
  }

  #selection(depth: number): Selection {
    if (this.takes('...')) {
      if (this.seesName() && !this.sees('on')) {
        const fragment = this.name()
        this.directives()
        return { kind: 'spread', fragment }
      }
      if (this.takes('on')) this.name()
      this.directives()
      return { kind: 'inline', selections: this.selections(depth + 1) }
    }
    const first = this.name()
    const aliased = this.takes(':')
    const name = aliased ? this.name() : first
    const given = this.sees('(') ? this.#arguments() : new Map<string, Literal>()
    this.directives()
    const selections = this.sees('{') ? this.selections(depth + 1) : undefined
    return { kind: 'field', key: first, aliased, name, arguments: given, selections }
  }

  #arguments(): Map<string, Literal> {
    this.expect('(')
    return this.#pairs(')', 1)
  }

  #pairs(end: string, depth: number): Map<string, Literal> {
    const pairs = new Map<string, Literal>()
    while (!this.takes(end)) {
      const name = this.name()
      this.expect(':')
      pairs.set(name, this.#literal(depth))
    }
    return pairs
  }

  #literal(depth: number): Literal {
    if (depth > deepest) throw syntax('it is nested too deep')
    if (this.takes('$')) return { kind: 'variable', name: this.name() }
    if (this.takes('{')) return { kind: 'object', fields: this.#pairs('}', depth + 1) }
    if (this.takes('[')) {
      const items: Literal[] = []
      while (!this.takes(']')) items.push(this.#literal(depth + 1))
      return { kind: 'list', items }
    }
    const token = this.#tokens[this.#at]
    if (token === undefined || token.kind === 'sign') throw this.unexpected()
    this.#at += 1
    return { kind: 'value', value: literalOf(token) }
  }

  unexpected(): MlflowError {
    const token = this.#tokens[this.#at]
    return syntax(token === undefined ? 'it ends too early' : `unexpected ${JSON.stringify(token.text)}`)
  }
}

function literalOf({ kind, text }: Token): string | number | boolean | null {
  if (kind === 'number') return Number(text)
  if (kind === 'string') return text
  if (text === 'true' || text === 'false') return text === 'true'
  return text === 'null' ? null : text
}

export function syntax(problem: string): MlflowError {
  return new MlflowError('BAD_REQUEST', `Syntax Error: the query can't be read: ${problem}.`)
}
