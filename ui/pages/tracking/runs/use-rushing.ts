import { useRef } from 'react'

/** From so many moves in a row that each pass a third of the window, nobody reads what goes by. */
const rushingFrom = 3

/** Whether rows pass faster than they can be read. One jump, however far, is no rush. */
export function useRushing(offset: number, window: number, scrolling: boolean): boolean {
  const last = useRef({ offset, fast: 0 })
  const moved = Math.abs(offset - last.current.offset)
  if (!scrolling) last.current = { offset, fast: 0 }
  else if (moved > 0) last.current = { offset, fast: moved > window / 3 ? last.current.fast + 1 : 0 }
  return last.current.fast >= rushingFrom
}
