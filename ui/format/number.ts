const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const compactFormat = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** 1,797 */
export function count(value: number): string {
  return grouped.format(value)
}

/** 1.8K: where room is short. */
export function compact(value: number): string {
  return Math.abs(value) < 10_000 ? grouped.format(value) : compactFormat.format(value)
}

/** 0.9812 → 98.1 %. Between 99 % and 100 % one digit more, so that nearly all is not shown as all. */
export function percent(share: number, digits?: number): string {
  const value = share * 100
  const shown = digits ?? (value > 99 && value < 100 ? 2 : 1)
  return `${value.toFixed(Number.isInteger(value) ? 0 : shown)} %`
}

/** A metric of unknown scale: four significant digits, no needless zeros; exponents where they are shorter. */
export function metric(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return grouped.format(value)
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(2)
  return Number(value.toPrecision(size >= 1000 ? 6 : 4)).toString()
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

export function bytes(value: number): string {
  let size = value
  let unit = 0
  while (size >= 1024 && unit < byteUnits.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${unit === 0 || size >= 100 ? size.toFixed(0) : size.toFixed(1)} ${byteUnits[unit]}`
}

/** A latency in milliseconds, with the precision its size deserves. */
export function milliseconds(value: number): string {
  if (value > 0 && value < 1) return `${(value * 1000).toFixed(0)} µs`
  if (value === 0) return '0 ms'
  if (value < 10) return `${value.toFixed(1)} ms`
  if (value < 1000) return `${value.toFixed(0)} ms`
  return `${(value / 1000).toFixed(value < 10_000 ? 2 : 1)} s`
}

/** Metrics whose names say that they are shares are shown as percentages. */
const shareNames = /(^|_)(accuracy|precision|recall|f1|auc|roc_auc|share|rate|top_\d)($|_)/

function isShare(name: string): boolean {
  return shareNames.test(name)
}

/** A metric as its name asks for: accuracy as 98.1 %, log_loss as 0.0731. */
export function namedMetric(name: string, value: number): string {
  return isShare(name) && value >= 0 && value <= 1 ? percent(value) : metric(value)
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}
