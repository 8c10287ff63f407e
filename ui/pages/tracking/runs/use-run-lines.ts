import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { client } from '../../../api/client.ts'
import { groupsQuery, runCountQuery, type TableSearch } from '../../../api/queries.ts'
import { type Grouping, parentKey, RunLines, withFilter } from './run-lines.ts'

const nothing: never[] = []

/** The lines of the table for a search, kept up to date; `pulse` changes whenever something may have changed. */
export function useRunLines(
  project: string,
  search: TableSearch,
  grouping: Grouping,
  /** Undefined while it is not known which. */
  wantedColumns: readonly string[] | undefined,
) {
  const columns = wantedColumns ?? nothing
  const key = JSON.stringify([project, search, grouping, wantedColumns])
  const [made, setMade] = useState<RunLines>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for all that is read here.
  useEffect(() => {
    if (wantedColumns === undefined) return
    const lines = new RunLines({
      search,
      grouping,
      columns,
      fetch: async (wanted, { limit, cursor, signal, ids, bare }) =>
        client.runTable.rows(
          {
            params: { project },
            body: {
              ...wanted,
              columns: bare ? [] : [...columns],
              limit,
              ...(cursor === undefined || ids ? {} : { cursor }),
            },
          },
          { signal },
        ),
    })
    setMade(lines)
    return () => lines.stop()
  }, [key])

  const grouped = grouping !== 'none' && grouping !== 'parent'
  const { order: _, ...counted } = search
  const metrics = columns.flatMap((name) => (name.startsWith('metrics.') ? [name.slice(8)] : []))
  const all = useQuery({ ...runCountQuery(project, counted), placeholderData: keepPreviousData })
  const top = useQuery({
    ...runCountQuery(project, withFilter(counted, `${parentKey} IS NULL`)),
    enabled: grouping === 'parent',
  })
  const groups = useQuery({
    ...groupsQuery(project, counted, grouping, metrics.slice(0, 30)),
    enabled: grouped,
    placeholderData: keepPreviousData,
  })
  const count = grouping === 'parent' ? top.data?.runs : all.data?.runs
  useEffect(
    () => made?.know(count, grouped ? (groups.data?.groups ?? nothing) : nothing),
    [made, count, groups.data, grouped],
  )

  // What was there stays until there is something else: no flash of empty rows while one types a filter.
  const last = useRef<RunLines>(undefined)
  const layoutOf = useSyncExternalStore(made?.subscribe ?? noSubscription, made?.layout ?? noLayout)
  if (made !== undefined && (made.begun || last.current === undefined)) last.current = made
  const lines = last.current
  return {
    lines,
    layout: lines === made ? layoutOf : lines?.layout(),
    fresh: lines === made,
    error: all.error ?? groups.error ?? made?.error,
    total: all.data?.runs,
    running: all.data?.running ?? 0,
    empty: all.data?.runs === 0,
    pulse: all.dataUpdatedAt,
    groups: groups.data?.groups ?? nothing,
    metrics,
  }
}

const noSubscription = () => () => {}
const noLayout = () => undefined
