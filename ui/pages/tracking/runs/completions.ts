import { quotedKey } from './columns.ts'
import { attributeKeys, isTime, placeAfter, quotedValue, subjectOf, tokens } from './filter.ts'

export interface Keys {
  readonly metrics: readonly string[]
  readonly params: readonly string[]
  readonly tags: readonly string[]
}

/** What may be written at the caret, and which part of the text it would replace. */
export interface Completion {
  readonly from: number
  readonly to: number
  /** What was begun to be written. */
  readonly begun: string
  readonly options: readonly { readonly text: string; readonly note?: string }[]
  /** Values are known by the server: of what, and with which beginning. */
  readonly values?: { readonly of: string; readonly prefix: string }
}

const most = 40
const statuses = ['FINISHED', 'RUNNING', 'FAILED', 'KILLED', 'SCHEDULED']

export function completionAt(text: string, caret: number, keys: Keys): Completion {
  const before = tokens(text.slice(0, caret))
  const last = before.at(-1)
  // A word that ends at the caret is still being written.
  const writing =
    last !== undefined && last.end === caret && !/\s$/.test(text.slice(0, caret)) ? last : undefined
  const open = openQuote(text.slice(0, caret))
  const from = open ?? writing?.start ?? caret
  const begun = text.slice(from, caret)
  const place = placeAfter(before.filter((token) => token.end <= from))
  const at = { from, to: caret, begun }
  if (place.expects === 'subject') return { ...at, options: subjects(begun, keys) }
  if (place.expects === 'operator') return { ...at, options: matching(operators(place.subject), begun) }
  if (place.expects === 'and') return { ...at, options: matching([{ text: 'and' }], begun) }
  const { entity, key } = subjectOf(place.subject)
  if (place.operator === 'IS')
    return { ...at, options: matching([{ text: 'NULL' }, { text: 'NOT NULL' }], begun) }
  const prefix = begun.replace(/^['"]/, '')
  if (entity === 'attributes' && key === 'status') {
    return {
      ...at,
      options: matching(
        statuses.map((each) => ({ text: `'${each}'` })),
        `'${prefix}`,
      ),
    }
  }
  const asked = entity === 'params' || entity === 'tags' || (entity === 'attributes' && !isTime(key))
  return asked ? { ...at, options: [], values: { of: `${entity}.${key}`, prefix } } : { ...at, options: [] }
}

/** Where a quote was opened that is not closed yet. */
function openQuote(text: string): number | undefined {
  let open: { at: number; quote: string } | undefined
  for (const [at, char] of [...text].entries()) {
    if (open !== undefined) {
      if (char === open.quote) open = undefined
    } else if (char === "'" || (char === '"' && /\s$/.test(text.slice(0, at)))) open = { at, quote: char }
  }
  return open?.at
}

export function valueOptions(values: readonly string[]): { text: string }[] {
  return values.flatMap((value) => {
    const text = quotedValue(value)
    return text === undefined ? [] : [{ text }]
  })
}

function subjects(begun: string, keys: Keys) {
  const all = [
    ...keys.metrics.map((key) => ({ text: `metrics.${quotedKey(key)}`, note: 'metric' })),
    ...keys.params.map((key) => ({ text: `params.${quotedKey(key)}`, note: 'parameter' })),
    ...attributeKeys.map((key) => ({ text: `attributes.${key}`, note: 'of the run' })),
    ...keys.tags.map((key) => ({ text: `tags.${quotedKey(key)}`, note: 'tag' })),
  ]
  return matching(all, begun)
}

function operators(subject: string): { text: string }[] {
  const { entity, key } = subjectOf(subject)
  const number = entity === 'metrics' || (entity === 'attributes' && isTime(key))
  const names = number
    ? ['>', '>=', '<', '<=', '=', '!=']
    : [
        '=',
        '!=',
        'LIKE',
        'ILIKE',
        ...(entity === 'params' || entity === 'tags' ? ['IS NULL', 'IS NOT NULL'] : []),
      ]
  return names.map((text) => ({ text }))
}

/** Those that begin with it first, then those that hold it. */
function matching<T extends { text: string }>(options: readonly T[], begun: string): T[] {
  const wanted = begun.toLowerCase().replaceAll('`', '')
  const plain = (option: T) => option.text.toLowerCase().replaceAll('`', '')
  const starts = options.filter((option) => plain(option).startsWith(wanted))
  const holds = options.filter(
    (option) => !plain(option).startsWith(wanted) && plain(option).includes(wanted),
  )
  return [...starts, ...holds].slice(0, most)
}

/** The text with a completion written in, and where the caret stands then. */
export function completed(
  text: string,
  completion: Completion,
  option: string,
): { text: string; caret: number } {
  const rest = text.slice(completion.to).replace(/^\s+/, '')
  const start = `${text.slice(0, completion.from)}${option} `
  return { text: start + rest, caret: start.length }
}
