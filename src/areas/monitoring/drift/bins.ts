/** How many bins the middle of a numeric column is cut into, by quantiles of the reference. */
const middleBins = 10

/** The quantiles that cut the middle. */
export const quantiles: readonly number[] = Array.from(
  { length: middleBins - 1 },
  (_, i) => (i + 1) / middleBins,
)

/**
 * The upper edges of the bins of a numeric column, from the reference's quantiles, least and greatest value. Below the
 * first and above the last edge lies what the reference has never seen. Columns with few values get a bin for each;
 * a constant column gets one.
 */
export function numericEdges(found: readonly number[], min: number, max: number): number[] {
  const inner = [...new Set([...found, max])]
    .filter((edge) => edge >= min && edge <= max)
    .sort((a, b) => a - b)
  return [nextBelow(min), ...inner]
}

/**
 * The next smaller float32. Models get float32 and predictions are logged as such, so drift is measured on float32
 * throughout: else 0.1 of the reference and 0.1 of the log would lie on two sides of an edge.
 */
export function nextBelow(value: number): number {
  const float = new Float32Array([value])
  const bits = new Int32Array(float.buffer)
  const number = float[0] ?? 0
  if (number === 0) return -1.401298464324817e-45
  bits[0] = (bits[0] ?? 0) + (number > 0 ? -1 : 1)
  return float[0] ?? value
}
