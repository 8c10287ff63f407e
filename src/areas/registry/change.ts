import type { KeyValue } from '../tracking/index.ts'

/** What the API changes at once of a model or version; a tag that is null is removed. */
export interface Change {
  readonly description?: string
  readonly tags?: Readonly<Record<string, string | null>>
}

/** The same as single steps, as the writers take them. */
export function stepsOf(change: Change): { description?: string; setTag?: KeyValue; removeTag?: string }[] {
  const tags = Object.entries(change.tags ?? {}).map(([key, value]) =>
    value === null ? { removeTag: key } : { setTag: { key, value } },
  )
  return change.description === undefined ? tags : [{ description: change.description }, ...tags]
}
