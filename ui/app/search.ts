/**
 * What stands in the part of the URL after `?`, read without trust. What does not fit is named as undefined: what a
 * route leaves out, the router would hand to its page as it came.
 */
type Found<K extends string, V> = { [Key in K]?: V | undefined }

export function text<K extends string>(search: Record<string, unknown>, key: K): Found<K, string> {
  const value = search[key]
  const found = typeof value === 'number' ? String(value) : value
  return { [key]: typeof found === 'string' && found !== '' ? found : undefined } as Found<K, string>
}

export function number<K extends string>(search: Record<string, unknown>, key: K): Found<K, number> {
  const value = search[key]
  return { [key]: Number.isSafeInteger(value) && Number(value) >= 0 ? value : undefined } as Found<K, number>
}

export function oneOf<K extends string, const V extends string>(
  search: Record<string, unknown>,
  key: K,
  values: readonly V[],
): Found<K, V> {
  return { [key]: values.find((each) => each === search[key]) } as Found<K, V>
}
