/** The keys that most of the lists share, most frequent first; of equal ones, in order of appearance. */
export function commonKeys(lists: readonly (readonly string[])[], most: number): string[] {
  const seen = new Map<string, number>()
  for (const list of lists) for (const key of list) seen.set(key, (seen.get(key) ?? 0) + 1)
  return [...seen]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([key]) => key)
}
