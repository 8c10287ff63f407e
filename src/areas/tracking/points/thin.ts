/** The places of the notable points of a stretch: of the values that are not finite, the first of each kind. */
export interface Notable {
  least: number
  greatest: number
  nan: number
  positive: number
  negative: number
}

/** As a place: there is no such point. */
export const none = -1

/** How many kinds of values that are not finite occur. */
export function oddKinds(values: Float64Array): number {
  const { nan, positive, negative } = notableOf(values, 0, values.length)
  return [nan, positive, negative].filter((place) => place !== none).length
}

/** How many buckets give at most `points` points when each may give its extremes and one of each odd kind. */
export function bucketsFor(points: number, odd: number): number {
  return Math.max(1, Math.floor(points / (2 + odd)))
}

/** The notable points from one place to before another. */
export function notableOf(values: Float64Array, from: number, to: number): Notable {
  const found: Notable = { least: none, greatest: none, nan: none, positive: none, negative: none }
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let at = from; at < to; at += 1) {
    const value = values[at] ?? 0
    // The difference of a finite number and itself is 0.
    if (value - value === 0) {
      if (value < least) {
        least = value
        found.least = at
      }
      if (value > greatest) {
        greatest = value
        found.greatest = at
      }
    } else if (Number.isNaN(value)) {
      if (found.nan === none) found.nan = at
    } else if (value > 0) {
      if (found.positive === none) found.positive = at
    } else if (found.negative === none) found.negative = at
  }
  return found
}

/**
 * The places of at most `points` of the points: they are divided into buckets of equal count, and of each there are the
 * least and the greatest finite value and the first NaN, Infinity and -Infinity.
 */
export function thin(values: Float64Array, points: number): number[] {
  if (values.length <= points) return Array.from(values, (_, place) => place)
  const buckets = bucketsFor(points, oddKinds(values))
  const places: number[] = []
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const from = Math.floor((bucket * values.length) / buckets)
    const to = Math.floor(((bucket + 1) * values.length) / buckets)
    places.push(...placesOf(notableOf(values, from, to)))
  }
  return places
}

/** In ascending order, each once. */
export function placesOf({ least, greatest, nan, positive, negative }: Notable): number[] {
  const places = [least, greatest, nan, positive, negative].filter((place) => place !== none)
  return [...new Set(places)].sort((a, b) => a - b)
}
