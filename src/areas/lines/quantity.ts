const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `10m` → milliseconds. The schema has checked the form. */
export function durationMs(text: string): number {
  const match = /^([0-9]+)(ms|s|m|h|d)$/.exec(text)
  if (!match) throw new RangeError(`'${text}' is no duration.`)
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]
}

/** `500 rows` or `1d`: a window by count or by time. */
export function windowOf(text: string): { rows: number } | { ms: number } {
  const rows = /^([0-9]+) rows$/.exec(text)
  return rows ? { rows: Number(rows[1]) } : { ms: durationMs(text) }
}

/** `2Gi` → bytes. */
export function memoryBytes(text: string): number {
  const match = /^([0-9]+)(Mi|Gi)$/.exec(text)
  if (!match) throw new RangeError(`'${text}' is no amount of memory.`)
  return Number(match[1]) * (match[2] === 'Gi' ? 1024 ** 3 : 1024 ** 2)
}
