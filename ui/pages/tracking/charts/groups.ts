export interface KeyGroup {
  /** What the keys have in common before their last slash; empty for those without one. */
  readonly prefix: string
  readonly keys: readonly string[]
}

/** Keys by what stands before their last slash, as trackers show them: `train/loss` and `train/acc` together. */
export function groupsOf(keys: readonly string[]): KeyGroup[] {
  const groups = new Map<string, string[]>()
  for (const key of [...keys].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))) {
    const slash = key.lastIndexOf('/')
    const prefix = slash < 0 ? '' : key.slice(0, slash)
    groups.set(prefix, [...(groups.get(prefix) ?? []), key])
  }
  return [...groups]
    .map(([prefix, list]) => ({ prefix, keys: list }))
    .sort((a, b) => (a.prefix === '' ? -1 : b.prefix === '' ? 1 : a.prefix.localeCompare(b.prefix)))
}

/** Of the machine, logged beside the training. */
export function isSystem(key: string): boolean {
  return key.startsWith('system/')
}
