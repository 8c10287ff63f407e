/** From low to high: readable on light and on dark, and in the same order of lightness for those who see no hues. */
const stops = [
  [75, 63, 190],
  [33, 132, 178],
  [44, 165, 128],
  [208, 158, 32],
] as const

/** The colour of a share from 0 to 1; grey for what has no value. */
export function colourAt(share: number | null): string {
  if (share === null) return 'var(--text-3)'
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1)
  const index = Math.min(stops.length - 2, Math.floor(place))
  const [from, to] = [stops[index] ?? stops[0], stops[index + 1] ?? stops[0]]
  const mixed = from.map((part, at) => Math.round(part + ((to[at] ?? part) - part) * (place - index)))
  return `rgb(${mixed.join(' ')})`
}

export const gradient = `linear-gradient(to right, ${stops.map((stop) => `rgb(${stop.join(' ')})`).join(', ')})`
