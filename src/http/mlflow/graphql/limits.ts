import type { Document, Field, Selection } from './document.ts'

const maxDepth = 10
const maxSelections = 1000
const maxRootFields = 10
const maxAliases = 10

/** Why a query costs too much to be run, in the words that MLflow's server has for it; undefined when it may run. */
export function tooMuch(document: Document): string | undefined {
  let [rootFields, aliases, selections] = [0, 0, 0]
  for (const operation of document.operations) {
    const levels: { of: readonly Selection[]; depth: number }[] = [{ of: operation.selections, depth: 1 }]
    for (let level = levels.pop(); level !== undefined; level = levels.pop()) {
      if (level.depth > maxDepth) return `Query exceeds maximum depth of ${maxDepth}`
      const fields = fieldsOf(level.of, document)
      if (level.depth === 1) rootFields += fields.length
      aliases = Math.max(aliases, fields.filter((field) => field.aliased).length)
      selections += fields.length
      if (selections > maxSelections) return `Query exceeds maximum total selections of ${maxSelections}`
      for (const { selections: below } of fields)
        if (below !== undefined) levels.push({ of: below, depth: level.depth + 1 })
    }
  }
  if (rootFields > maxRootFields) return exceeds('root fields', maxRootFields, rootFields)
  return aliases > maxAliases ? exceeds('aliases', maxAliases, aliases) : undefined
}

function exceeds(what: string, most: number, found: number): string {
  return `GraphQL queries should have at most ${most} ${what}, got ${found} ${what}.`
}

/** The fields of one level, with those of fragments. Each fragment counts once, so that circles end. */
export function fieldsOf(selections: readonly Selection[], document: Document): Field[] {
  const fields: Field[] = []
  const seen = new Set<string>()
  const waiting = [...selections]
  for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
    if (one.kind === 'field') fields.push(one)
    else if (one.kind === 'inline') waiting.push(...one.selections)
    else if (!seen.has(one.fragment)) {
      seen.add(one.fragment)
      waiting.push(...(document.fragments.get(one.fragment) ?? []))
    }
  }
  return fields
}
