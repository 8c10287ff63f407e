import type { QueryClient } from '@tanstack/react-query'
import { apiPrefix } from '../../src/contract/index.ts'
import { base } from './client.ts'
import { nounsOf } from './topics.ts'

/** At most this often is anything fetched again, however many hints come. */
const pace = 1_200
const patience = 6_000

/**
 * Listens to the project's hints ("line:… changed") and marks what is on screen as out of date. Hints carry no
 * data: what is shown always comes from the API. Returns what stops it.
 */
export function followHints(
  project: string,
  queries: QueryClient,
  onState: (live: boolean) => void,
): () => void {
  const address = `${base.slice(0, -1)}${apiPrefix}/hints?project=${encodeURIComponent(project)}`
  let source: EventSource | undefined
  const pending = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let doubt: ReturnType<typeof setTimeout> | undefined
  let wasOpen = false

  const flush = () => {
    timer = undefined
    const nouns = new Set(pending)
    pending.clear()
    void queries.invalidateQueries({
      predicate: (query) => nouns.has('*') || nouns.has(String(query.queryKey[0])),
    })
  }
  const note = (topics: readonly string[]) => {
    for (const topic of topics) pending.add(topic)
    timer ??= setTimeout(flush, pace)
  }
  const heard = (event: MessageEvent<string>) => note(nounsOf(event.data))

  const opened = () => {
    // What changed while nobody listened is unknown: ask for everything on screen.
    if (wasOpen) note(['*'])
    wasOpen = true
    clearTimeout(doubt)
    doubt = undefined
    onState(true)
  }
  const connect = () => {
    const made = new EventSource(address)
    source = made
    made.addEventListener('message', heard)
    made.addEventListener('open', opened)
    made.addEventListener('error', () => {
      // The server ends each stream now and then; only a gap that lasts is worth a word.
      doubt ??= setTimeout(() => onState(false), patience)
      if (made.readyState !== EventSource.CLOSED) return
      // Refused, not interrupted: the browser would not try again by itself.
      retry = setTimeout(connect, patience)
    })
  }
  connect()
  return () => {
    clearTimeout(timer)
    clearTimeout(retry)
    clearTimeout(doubt)
    source?.close()
  }
}
