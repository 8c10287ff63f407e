import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { SlipwayError } from '../../../base/error.ts'

const maxLength = 256 * 1024

/** A YAML text whose every complaint names line and column. */
export class YamlText {
  readonly root: Node
  readonly #lines = new LineCounter()

  constructor(text: string) {
    if (text.length > maxLength) throw new SlipwayError('too_large', 'The checks are longer than 256 KB.')
    const document = parseDocument(text, { lineCounter: this.#lines, schema: 'core' })
    const [problem] = document.errors
    if (problem !== undefined)
      this.failAt(problem.pos[0], problem.message.split(' at line ')[0] ?? problem.message)
    if (document.contents === null) this.failAt(0, 'The file is empty; it needs a list "checks".')
    this.root = document.contents as Node
  }

  fail(node: Node | null | undefined, message: string): never {
    return this.failAt(node?.range?.[0] ?? 0, message)
  }

  failAt(offset: number, message: string): never {
    const { line, col } = this.#lines.linePos(offset)
    throw new SlipwayError('invalid_yaml', `Line ${line}, column ${col}: ${message}`, {
      facts: { line, column: col },
    })
  }

  /** The entries of a map, in order; fails on a key that is not one of `allowed`. */
  entries(
    node: Node,
    what: string,
    allowed: readonly string[],
  ): { key: string; keyNode: Node; value: Node }[] {
    if (!isMap(node)) this.fail(node, `${what} must be a map with ${anyOf(allowed)}.`)
    return (node as YAMLMap<Node, Node | null>).items.map((pair: Pair<Node, Node | null>) => {
      const key = isScalar(pair.key) ? String(pair.key.value) : ''
      if (!allowed.includes(key))
        this.fail(pair.key, `${what} has no "${key}"; it may have ${anyOf(allowed)}.`)
      const { value } = pair
      if (value === null || (isScalar(value) && value.value === null)) {
        return this.fail(pair.key, `"${key}" has no value.`)
      }
      return { key, keyNode: pair.key, value }
    })
  }

  items(node: Node, what: string): Node[] {
    if (!isSeq(node)) this.fail(node, `${what} must be a list.`)
    return node.items as Node[]
  }

  scalar(node: Node, what: string): string | number | boolean {
    const value = isScalar(node) ? node.value : undefined
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
    return this.fail(node, `${what} must be a single value.`)
  }

  text(node: Node, what: string): string {
    const value = this.scalar(node, what)
    return typeof value === 'string' && value !== '' ? value : this.fail(node, `${what} must be a text.`)
  }

  number(node: Node, what: string): number {
    const value = this.scalar(node, what)
    return typeof value === 'number' && Number.isFinite(value)
      ? value
      : this.fail(node, `${what} must be a number.`)
  }

  oneOf<T extends string>(node: Node, what: string, allowed: readonly T[]): T {
    const value = this.scalar(node, what)
    const found = allowed.find((name) => name === value)
    return found ?? this.fail(node, `${what} is "${value}"; it must be ${anyOf(allowed)}.`)
  }
}

function anyOf(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
