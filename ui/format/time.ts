export type Zone = 'local' | 'utc'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** "3 min ago", "in 2 h". Never "in 0 s": clocks differ a little. */
export function relative(at: Date, now: Date): string {
  const distance = now.getTime() - at.getTime()
  const size = Math.abs(distance)
  if (size < 5_000) return 'just now'
  const words =
    size < minute
      ? `${Math.round(size / 1000)} s`
      : size < hour
        ? `${Math.round(size / minute)} min`
        : size < day
          ? `${Math.round(size / hour)} h`
          : `${Math.round(size / day)} d`
  return distance > 0 ? `${words} ago` : `in ${words}`
}

/** How long something took or has been going on: 840 ms, 12.4 s, 3 min 20 s, 2 h 5 min. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < minute) return `${Math.round(ms / 1000)} s`
  if (ms < hour) return two(ms, minute, 'min', 1000, 's')
  if (ms < day) return two(ms, hour, 'h', minute, 'min')
  return two(ms, day, 'd', hour, 'h')
}

function two(ms: number, big: number, bigName: string, small: number, smallName: string): string {
  const whole = Math.floor(ms / big)
  const rest = Math.floor((ms % big) / small)
  return rest === 0 ? `${whole} ${bigName}` : `${whole} ${bigName} ${rest} ${smallName}`
}

function zoneOption(zone: Zone): { timeZone?: string } {
  return zone === 'utc' ? { timeZone: 'UTC' } : {}
}

/** Formats are dear to make and cheap to use. */
const formats = new Map<Zone, Intl.DateTimeFormat>()

/** 2026-11-21 07:41:09, in the zone that the reader chose. */
export function absolute(at: Date, zone: Zone): string {
  const known = formats.get(zone)
  if (known !== undefined) return known.format(at)
  const made = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...zoneOption(zone),
  })
  formats.set(zone, made)
  return made.format(at)
}

/** The wall clock alone, for lists whose day is plain. */
export function clock(at: Date, zone: Zone): string {
  return new Intl.DateTimeFormat('sv-SE', { timeStyle: 'medium', ...zoneOption(zone) }).format(at)
}

/** The name of the zone as a reader would say it: UTC, or Europe/Berlin. */
export function zoneName(zone: Zone): string {
  return zone === 'utc' ? 'UTC' : new Intl.DateTimeFormat().resolvedOptions().timeZone
}
