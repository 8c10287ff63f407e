import { useLocalStorage } from '@mantine/hooks'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import type { Zone } from '../format/time.ts'

interface Choice {
  zone: Zone
  setZone: (zone: Zone) => void
}

const Chosen = createContext<Choice>({ zone: 'local', setZone: () => {} })

/** In which zone times are shown: the reader's own, or UTC as in logs. Remembered in the browser. */
export function ZoneProvider({ children }: { children: ReactNode }) {
  const [zone, setZone] = useLocalStorage<Zone>({ key: 'slipway-zone', defaultValue: 'local' })
  const choice = useMemo(() => ({ zone, setZone: (next: Zone) => setZone(next) }), [zone, setZone])
  return <Chosen value={choice}>{children}</Chosen>
}

export function useZone(): Choice {
  return useContext(Chosen)
}
