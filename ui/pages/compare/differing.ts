export interface Row {
  readonly key: string
  /** In the order of the runs; null where a run lacks the key. */
  readonly values: readonly (string | null)[]
  readonly differs: boolean
}

/** One row a key, with whether the runs differ in it; a run that lacks the key differs from those that have it. */
export function rowsOf(records: readonly Readonly<Record<string, string>>[]): Row[] {
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))].sort()
  return keys.map((key) => {
    const values = records.map((record) => (Object.hasOwn(record, key) ? (record[key] ?? null) : null))
    return { key, values, differs: new Set(values).size > 1 }
  })
}
