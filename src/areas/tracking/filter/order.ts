import { SlipwayError } from '../../../base/error.ts'
import { identifierOf } from './clause.ts'
import type { Entity, Grammar } from './grammar.ts'
import { tokenize } from './token.ts'

export interface Order {
  readonly entity: Entity
  readonly key: string
  readonly ascending: boolean
}

/** Clauses with commas between; a comma in quotes belongs to a key. */
export function clausesOf(order: string | undefined): string[] {
  const clauses = order?.match(/(?:`[^`]*`|"[^"]*"|[^,])+/g) ?? []
  return clauses.map((clause) => clause.trim()).filter((clause) => clause !== '')
}

/** Parses clauses such as `metrics.acc DESC`; ascending unless told. Fails with `invalid_argument`. */
export function parseOrder(clauses: readonly string[], grammar: Grammar): Order[] {
  const orders = clauses.map((clause) => orderOf(clause, grammar))
  const seen = new Set(orders.map((order) => `${order.entity}.${order.key}`))
  if (seen.size < orders.length) {
    const list = clauses.map((clause) => `'${clause}'`).join(', ')
    throw new SlipwayError('invalid_argument', `\`order_by\` contains duplicate fields: [${list}]`)
  }
  return orders
}

function orderOf(clause: string, grammar: Grammar): Order {
  const [name, direction, ...rest] = tokenize(clause)
  if (name?.kind !== 'word' || rest.length > 0) {
    throw new SlipwayError('invalid_argument', `Invalid order_by clause '${clause}'. Could not be parsed.`)
  }
  const word = direction?.text.toLowerCase() ?? 'asc'
  if (word !== 'asc' && word !== 'desc') {
    throw new SlipwayError('invalid_argument', `Invalid ordering key in order_by clause '${clause}'.`)
  }
  return { ...identifierOf(name.text, grammar, grammar.orderable), ascending: word === 'asc' }
}
