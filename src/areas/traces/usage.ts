/** Numbers by name, as a span carries them: tokens, or a cost in US dollars. */
export type Counts = Readonly<Record<string, number>>

/** A span as far as counting is concerned. */
export interface Counted {
  readonly id: string
  readonly parentId: string | null
  readonly counts: Counts | undefined
}

export const tokenKeys = ['input_tokens', 'output_tokens', 'total_tokens'] as const
export const cacheKeys = [
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'cache_creation_input_tokens_above_1hr',
] as const
export const costKeys = ['input_cost', 'output_cost', 'total_cost'] as const

/**
 * The sum over a tree. What a span says stands for all below it, since some instrumentations repeat at a parent what its
 * children used. Undefined when no span says anything.
 */
export function sumOf(
  spans: readonly Counted[],
  keys: readonly string[],
  optional: readonly string[] = [],
): Counts | undefined {
  const ids = new Set(spans.map((span) => span.id))
  const children = new Map<string, Counted[]>()
  const open: Counted[] = []
  for (const span of spans) {
    if (span.parentId === null || !ids.has(span.parentId)) {
      open.push(span)
      continue
    }
    const siblings = children.get(span.parentId)
    if (siblings === undefined) children.set(span.parentId, [span])
    else siblings.push(span)
  }
  const sum: Record<string, number> = Object.fromEntries(keys.map((key) => [key, 0]))
  let any = false
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const { counts } = span
    if (counts === undefined) {
      for (const child of children.get(span.id) ?? []) open.push(child)
      continue
    }
    any = true
    for (const key of keys) sum[key] = (sum[key] ?? 0) + (counts[key] ?? 0)
    for (const key of optional) if (counts[key] !== undefined) sum[key] = (sum[key] ?? 0) + counts[key]
  }
  return any ? sum : undefined
}

export const tokensOf = (spans: readonly Counted[]) => sumOf(spans, tokenKeys, cacheKeys)
export const costOf = (spans: readonly Counted[]) => sumOf(spans, costKeys)

/** The known counts of an object that a client wrote; undefined when it holds none. Tokens are whole numbers. */
export function countsOf(value: unknown, keys: readonly string[], whole: boolean): Counts | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found = keys.flatMap((key): [string, number][] => {
    const number: unknown = Object.hasOwn(value, key) ? value[key as keyof typeof value] : undefined
    if (typeof number !== 'number' || !Number.isFinite(number)) return []
    return whole && !Number.isSafeInteger(number) ? [] : [[key, number]]
  })
  return found.length === 0 ? undefined : Object.fromEntries(found)
}
