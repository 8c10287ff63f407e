/** A filter as it is, or what is typed as words turned into one that looks for them anywhere in a trace. */
export function filterOf(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  if (isFilter(trimmed)) return trimmed
  return `trace.text ILIKE '%${trimmed.replaceAll("'", '_')}%'`
}

function isFilter(text: string): boolean {
  return /[=<>]|\b(?:like|ilike|rlike|is\s+(?:not\s+)?null|in\s*\()/i.test(text)
}

export const states = ['all', 'ok', 'error', 'in_progress'] as const
export type StateFilter = (typeof states)[number]

/** What the fields of the page ask for together. */
export function combined(find: string | undefined, state: StateFilter | undefined): string | undefined {
  const clauses = [
    filterOf(find ?? ''),
    state === undefined || state === 'all' ? undefined : `status = '${state.toUpperCase()}'`,
  ].filter((clause) => clause !== undefined)
  return clauses.length === 0 ? undefined : clauses.join(' AND ')
}
