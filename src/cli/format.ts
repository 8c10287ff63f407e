/** `3m ago`, `in 2d`; nothing for nothing. */
export function ago(time: string | null | undefined, now: number = Date.now()): string | undefined {
  if (time === null || time === undefined) return undefined
  const away = now - Date.parse(time)
  const span = duration(Math.abs(away))
  if (Math.abs(away) < 1000) return 'now'
  return away >= 0 ? `${span} ago` : `in ${span}`
}

/** `850ms`, `12s`, `3m`, `5h`, `2d`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`
  if (ms < 60_000) return `${Math.floor(ms / 1000)}s`
  if (ms < 3600_000) return `${Math.floor(ms / 60_000)}m`
  if (ms < 48 * 3600_000) return `${Math.floor(ms / 3600_000)}h`
  return `${Math.floor(ms / 86_400_000)}d`
}

/** How long something took, or has taken so far. */
export function took(
  from: string | null | undefined,
  to: string | null | undefined,
  now = Date.now(),
): string | undefined {
  if (from === null || from === undefined) return undefined
  return duration((to ? Date.parse(to) : now) - Date.parse(from))
}

export function bytes(size: number | null | undefined): string | undefined {
  if (size === null || size === undefined) return undefined
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, size)) / 10)))
  const value = size / 1024 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`
}

/** A number as people read it: five significant digits, thousands apart. */
export function number(value: unknown): string | undefined {
  if (typeof value !== 'number') return value === null || value === undefined ? undefined : String(value)
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(2)
  return value.toLocaleString('en-US', { maximumSignificantDigits: 5 })
}

export function percent(share: number | null | undefined): string | undefined {
  return share === null || share === undefined ? undefined : `${(share * 100).toFixed(1)} %`
}

/** The metrics of something in one cell. */
export function metrics(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        `${name}=${number(typeof value === 'object' && value !== null && 'value' in value ? value.value : value)}`,
    )
    .join(' ')
}
