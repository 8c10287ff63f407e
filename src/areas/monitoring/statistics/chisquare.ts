/** The probability that a chi-squared variable exceeds `x`: Q(k/2, x/2), the regularized upper incomplete gamma function. */
export function chiSquareTail(x: number, degrees: number): number {
  if (x <= 0 || degrees <= 0) return 1
  const a = degrees / 2
  const z = x / 2
  return z < a + 1 ? 1 - lowerSeries(a, z) : upperFraction(a, z)
}

/** Series of P(a, z), DLMF 8.11.4: converges fast for z < a + 1. */
function lowerSeries(a: number, z: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; n < 1000 && term > sum * Number.EPSILON; n += 1) {
    term *= z / (a + n)
    sum += term
  }
  return sum * Math.exp(a * Math.log(z) - z - logGamma(a))
}

/** Continued fraction of Q(a, z), DLMF 8.9.2, by the modified method of Lentz. */
function upperFraction(a: number, z: number): number {
  const tiny = 1e-300
  let b = z + 1 - a
  let c = 1 / tiny
  let d = 1 / b
  let h = d
  for (let n = 1; n < 1000; n += 1) {
    const an = -n * (n - a)
    b += 2
    d = 1 / nonZero(an * d + b, tiny)
    c = nonZero(b + an / c, tiny)
    const change = d * c
    h *= change
    if (Math.abs(change - 1) < Number.EPSILON) break
  }
  return h * Math.exp(a * Math.log(z) - z - logGamma(a))
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value
}

/** Coefficients of Lanczos' approximation with g = 7, n = 9 (Godfrey 2001). */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

function logGamma(x: number): number {
  const t = x + 6.5
  const sum = lanczos.reduce(
    (sum, coefficient, i) => sum + (i === 0 ? coefficient : coefficient / (x + i - 1)),
    0,
  )
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
}
