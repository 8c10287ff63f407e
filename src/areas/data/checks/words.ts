import type { SchemaColumn } from '../../../contract/data.ts'
import type { Check } from './check.ts'

/** The check as people read it in reports. */
export function inWords(check: Check): string {
  const columns = 'columns' in check ? check.columns.join(', ') : ''
  switch (check.kind) {
    case 'not_null':
      return `${columns} not null${share(check)}`
    case 'between':
      return `${columns} ${range(check)}${share(check)}`
    case 'in_set':
      return `${columns} in {${check.values.slice(0, 12).join(', ')}${check.values.length > 12 ? ', …' : ''}}${share(check)}`
    case 'matches':
      return `${columns} matches ${check.pattern}${share(check)}`
    case 'mean':
      return `mean of ${columns} ${range(check)}`
    case 'unique':
      return `${columns} unique`
    case 'row_count':
      return `row count ${range(check)}`
    case 'columns':
      return `has columns ${columns}`
    case 'type':
      return `${columns} is ${check.is}`
    case 'fresh':
      return `${columns} at most ${check.within_ms / 60_000} min old`
  }
}

function range({ min, max }: { min?: number; max?: number }): string {
  if (min === undefined) return `at most ${max}`
  return max === undefined ? `at least ${min}` : `between ${min} and ${max}`
}

function share({ at_least }: { at_least: number }): string {
  return at_least === 1 ? '' : ` in at least ${at_least * 100} % of rows`
}

/** The columns that the names and patterns stand for, and the names that stand for none. */
export function columnsNamed(
  names: readonly string[],
  schema: readonly SchemaColumn[],
): { found: SchemaColumn[]; missing: string[] } {
  const found = new Set<SchemaColumn>()
  const missing: string[] = []
  for (const name of names) {
    const matching = schema.filter((column) => isNamed(column.name, name))
    if (matching.length === 0) missing.push(name)
    for (const column of matching) found.add(column)
  }
  return { found: [...found], missing }
}

function isNamed(column: string, pattern: string): boolean {
  if (column === pattern) return true
  if (!pattern.includes('*')) return false
  const source = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${source}$`, 's').test(column)
}
