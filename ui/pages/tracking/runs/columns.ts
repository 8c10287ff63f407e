/** A column of the table of runs, by its name in the URL: `attr.status`, `metrics.acc`, `params.lr`, `tags.team`. */
export interface Column {
  readonly name: string
  readonly kind: 'attr' | 'metrics' | 'params' | 'tags'
  readonly key: string
  readonly label: string
  readonly width: number
}

export const attributes: Readonly<Record<string, { label: string; width: number; order?: string }>> = {
  status: { label: 'State', width: 108, order: 'status' },
  started: { label: 'Started', width: 104, order: 'start_time' },
  took: { label: 'Took', width: 92 },
  user: { label: 'By', width: 100, order: 'user_id' },
  experiment: { label: 'Experiment', width: 120 },
  source: { label: 'Source', width: 160 },
  ended: { label: 'Ended', width: 120, order: 'end_time' },
  id: { label: 'Run id', width: 280, order: 'run_id' },
}

const defaultWidth = { metrics: 98, params: 108, tags: 120 } as const
export const narrowest = 60
export const widest = 900

/** Reads one entry: a name, and after `~` its width if the reader chose one. Nothing when it is not a column. */
export function columnOf(entry: string): Column | undefined {
  const [name = '', chosen] = entry.split('~')
  const dot = name.indexOf('.')
  const [kind, key] = [name.slice(0, dot), name.slice(dot + 1)]
  const width = widthOf(chosen)
  if (key === '') return undefined
  if (kind === 'attr') {
    const known = Object.hasOwn(attributes, key) ? attributes[key] : undefined
    return known && { name, kind, key, label: known.label, width: width ?? known.width }
  }
  if (kind !== 'metrics' && kind !== 'params' && kind !== 'tags') return undefined
  return { name, kind, key, label: key, width: width ?? defaultWidth[kind] }
}

function widthOf(text: string | undefined): number | undefined {
  const width = Number(text)
  return text !== undefined && Number.isFinite(width) ? clampWidth(width) : undefined
}

export function clampWidth(width: number): number {
  return Math.round(Math.min(widest, Math.max(narrowest, width)))
}

/** Columns as they stand in the URL: with commas between, which no key may hold. */
export function columnsOf(text: string): Column[] {
  const found = new Map<string, Column>()
  for (const entry of text.split(',')) {
    const column = columnOf(entry)
    if (column) found.set(column.name, column)
  }
  return [...found.values()]
}

export function columnsText(columns: readonly Column[]): string {
  return columns
    .map((column) =>
      columnOf(column.name)?.width === column.width ? column.name : `${column.name}~${column.width}`,
    )
    .join(',')
}

/** What a project's table shows when nobody chose: the keys that most runs have. */
export function defaultColumns(
  keys: { metrics: readonly string[]; params: readonly string[] },
  severalExperiments: boolean,
): Column[] {
  const metrics = telling(keys.metrics)
  return [
    'attr.status',
    'attr.started',
    'attr.took',
    ...(severalExperiments ? ['attr.experiment'] : []),
    ...metrics.slice(0, 4).map((key) => `metrics.${key}`),
    ...telling(keys.params)
      .slice(0, 4)
      .map((key) => `params.${key}`),
    'attr.user',
  ].flatMap((name) => columnOf(name) ?? [])
}

/** Of many keys with one beginning (`eval/class_7_f1`, `layer12.width`) each says little: they come after the others. */
function telling(keys: readonly string[]): string[] {
  const family = (key: string) => key.replace(/\d+/g, '#')
  const sizes = new Map<string, number>()
  for (const key of keys) sizes.set(family(key), (sizes.get(family(key)) ?? 0) + 1)
  const many = (key: string) => Number((sizes.get(family(key)) ?? 0) > 4)
  return keys.filter((key) => !key.startsWith('system/')).sort((a, b) => many(a) - many(b))
}

/** How the order language names a column; nothing when it can't be sorted by. */
export function orderName(column: Column): string | undefined {
  if (column.kind === 'attr') return attributes[column.key]?.order
  return `${column.kind}.${quotedKey(column.key)}`
}

/** Keys of letters, digits and dots stand as they are; others need backticks. */
export function quotedKey(key: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}\p{N}_]+)*$/u.test(key) ? key : `\`${key}\``
}

export interface Sorting {
  readonly name: string
  readonly descending: boolean
}

/** The first clause of an order, as headers show it. */
export function sortingOf(order: string | undefined): Sorting {
  const clause = /^\s*(.+?)(?:\s+(asc|desc))?\s*$/i.exec(order ?? 'start_time desc')
  return { name: clause?.[1] ?? '', descending: clause?.[2]?.toLowerCase() === 'desc' }
}
