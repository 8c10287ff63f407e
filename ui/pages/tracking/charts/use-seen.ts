import { useEffect, useRef, useState } from 'react'

/** Whether an element has come near to what is seen; once it has, it stays so. */
export function useSeen<E extends HTMLElement>() {
  const place = useRef<E>(null)
  const [seen, see] = useState(false)
  useEffect(() => {
    if (place.current === null || seen) return
    const watching = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) see(true)
      },
      { rootMargin: '300px' },
    )
    watching.observe(place.current)
    return () => watching.disconnect()
  }, [seen])
  return [place, seen] as const
}
