import { useMemo, useRef, useState } from 'react'
import type { Layout } from './layout.ts'

export interface Selection {
  readonly ids: ReadonlySet<string>
  has(id: string): boolean
  /** One run, or with shift all from the last one on. */
  pick(at: number, id: string, shift: boolean): void
  set(ids: Iterable<string>): void
  clear(): void
}

/** Which runs are selected, by id: whatever happens to the list, they stay. */
export function useSelection(layout: Layout | undefined): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const anchor = useRef<number>(undefined)
  const latest = useRef(layout)
  latest.current = layout
  return useMemo(
    () => ({
      ids,
      has: (id) => ids.has(id),
      pick(at, id, shift) {
        const next = new Set(ids)
        const on = !ids.has(id)
        const from = shift ? (anchor.current ?? at) : at
        for (const each of from === at ? [id] : (latest.current?.ids(from, at) ?? [id])) {
          if (on) next.add(each)
          else next.delete(each)
        }
        anchor.current = at
        setIds(next)
      },
      set: (wanted) => setIds(new Set(wanted)),
      clear: () => setIds(new Set()),
    }),
    [ids],
  )
}
