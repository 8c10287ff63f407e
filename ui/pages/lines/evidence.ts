import { metric } from '../../format/number.ts'

/** Evidence for people: names without underscores, numbers as numbers, what is nested as short JSON. */
export function told(evidence: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  return Object.entries(evidence)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => [name.replaceAll('_', ' '), textOf(value)] as const)
}

function textOf(value: unknown): string {
  if (typeof value === 'number') return metric(value)
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return JSON.stringify(value)
}
