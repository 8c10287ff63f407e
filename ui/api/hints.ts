import type { QueryClient } from '@tanstack/react-query'
import { apiPrefix } from '../../src/contract/index.ts'
import { base } from './client.ts'
import { nounsOf } from './topics.ts'

/** At most this often is anything fetched again, however many hints come. */
const pace = 700

/**
 * Listens to the project's hints ("line:… changed") and marks what is on screen as out of date. Hints carry no
 * data: what is shown always comes from the API. Returns what stops it.
 */
export function followHints(project: string, queries: QueryClient, onState: (live: boolean) => void): () => void {
  const source = new EventSource(`${base.slice(0, -1)}${apiPrefix}/hints?project=${encodeURIComponent(project)}`)
  const pending = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let wasOpen = false

  const flush = () => {
    timer = undefined
    const nouns = new Set(pending)
    pending.clear()
    void queries.invalidateQueries({ predicate: (query) => nouns.has('*') || nouns.has(String(query.queryKey[0])) })
  }
  const note = (topics: readonly string[]) => {
    for (const topic of topics) pending.add(topic)
    timer ??= setTimeout(flush, pace)
  }
  const heard = (event: MessageEvent<string>) => note(nounsOf(event.data))

  source.addEventListener('message', heard)
  source.addEventListener('hint', heard)
  source.addEventListener('open', () => {
    // What changed while nobody listened is unknown: ask for everything on screen.
    if (wasOpen) note(['*'])
    wasOpen = true
    onState(true)
  })
  source.addEventListener('error', () => onState(false))
  return () => {
    clearTimeout(timer)
    source.close()
  }
}
