import { absolute, clock, duration, relative, zoneName } from '../format/time.ts'
import { useNow } from './now.ts'
import { useZone } from './zone.tsx'

/** A moment, told by its distance from now; the exact time and its zone on hover. */
export function Ago({ at }: { at: string }) {
  const { zone } = useZone()
  const now = useNow()
  const date = new Date(at)
  return (
    <time dateTime={at} title={`${absolute(date, zone)} ${zoneName(zone)}`} style={{ whiteSpace: 'nowrap' }}>
      {relative(date, now)}
    </time>
  )
}

/** A moment by date and clock. */
export function At({ at }: { at: string }) {
  const { zone } = useZone()
  return (
    <time dateTime={at} title={zoneName(zone)} style={{ whiteSpace: 'nowrap' }}>
      {absolute(new Date(at), zone)}
    </time>
  )
}

export function Clock({ at }: { at: string }) {
  const { zone } = useZone()
  const date = new Date(at)
  return (
    <time dateTime={at} title={`${absolute(date, zone)} ${zoneName(zone)}`}>
      {clock(date, zone)}
    </time>
  )
}

/** From start to end, or to now while it goes on. */
export function Took({ from, to }: { from: string | null; to: string | null }) {
  const now = useNow()
  if (from === null) return <>–</>
  const end = to === null ? Math.max(now.getTime(), Date.parse(from)) : Date.parse(to)
  return <span style={{ whiteSpace: 'nowrap' }}>{duration(end - Date.parse(from))}</span>
}
