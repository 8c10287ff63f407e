import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { followHints } from '../api/hints.ts'

/** Keeps what is on screen up to date while the project is open; tells whether the line to the platform stands. */
export function useHints(project: string): boolean {
  const queries = useQueryClient()
  const [live, setLive] = useState(true)
  useEffect(() => followHints(project, queries, setLive), [project, queries])
  return live
}
