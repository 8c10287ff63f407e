/** What stands in the part of the URL after `?`, read without trust: anything that does not fit is left out. */
type Found<K extends string, V> = { [Key in K]?: V }

export function text<K extends string>(search: Record<string, unknown>, key: K): Found<K, string> {
  const value = search[key]
  if (typeof value === 'number') return { [key]: String(value) } as Found<K, string>
  return (typeof value === 'string' && value !== '' ? { [key]: value } : {}) as Found<K, string>
}

export function number<K extends string>(search: Record<string, unknown>, key: K): Found<K, number> {
  const value = Number(search[key])
  return (
    search[key] !== undefined && Number.isSafeInteger(value) && value >= 0 ? { [key]: value } : {}
  ) as Found<K, number>
}

export function oneOf<K extends string, const V extends string>(
  search: Record<string, unknown>,
  key: K,
  values: readonly V[],
): Found<K, V> {
  const value = values.find((each) => each === search[key])
  return (value === undefined ? {} : { [key]: value }) as Found<K, V>
}
