export interface Sample {
  readonly x: number
  readonly y: number
  readonly z: number
}

export interface Surface {
  readonly columns: number
  readonly rows: number
  /** Row by row, from the least y; NaN where no run is near. */
  readonly values: Float64Array
}

/** Beyond so many bandwidths from every run the surface would be made up. */
const reach = 2.5

/**
 * A smooth surface through samples within the unit square: at each place the mean of the samples, weighted by a Gaussian
 * of their distance (Nadaraya 1964, Watson 1964). Wider where samples are fewer (Scott's n^(-1/6) for two dimensions).
 */
export function surfaceOf(samples: readonly Sample[], columns: number, rows: number): Surface {
  const values = new Float64Array(columns * rows).fill(Number.NaN)
  const width = 0.35 * samples.length ** (-1 / 6)
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const [x, y] = [(column + 0.5) / columns, (row + 0.5) / rows]
      values[row * columns + column] = meanAt(samples, x, y, width)
    }
  }
  return { columns, rows, values }
}

function meanAt(samples: readonly Sample[], x: number, y: number, width: number): number {
  let [sum, weights, nearest] = [0, 0, Number.POSITIVE_INFINITY]
  for (const sample of samples) {
    const distance = ((sample.x - x) ** 2 + (sample.y - y) ** 2) / width ** 2
    if (distance < nearest) nearest = distance
    const weight = Math.exp(-distance / 2)
    sum += weight * sample.z
    weights += weight
  }
  return nearest > reach ** 2 ? Number.NaN : sum / weights
}
