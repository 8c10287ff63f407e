import { randomUUID } from 'node:crypto'
import type { Access } from '../areas/access/index.ts'
import { type Route, route } from '../base/area.ts'
import { SlipwayError } from '../base/error.ts'
import type { Permission } from '../base/permission.ts'
import { hints } from '../contract/hints.ts'
import type { Store } from '../store/store.ts'

/** Hints of what changed, as the browsers' `EventSource` hears them: they carry no data, so that missing one is harmless. */
export interface Hints extends AsyncDisposable {
  readonly route: Route
}

interface Hint {
  readonly sequence: number
  readonly projectId: string | null
  readonly topic: string
}

const remembered = 1000
const heartbeatMs = 15_000
/** A stream that lives longer is closed, and comes back with its rights checked again. */
const longestMs = 10 * 60_000
const perPrincipal = 32
const read: Permission = { action: 'project:read', on: 'project' }

export async function openHints(deps: { store: Store; access: Access }): Promise<Hints> {
  const boot = randomUUID().slice(0, 8)
  const recent: Hint[] = []
  const wake = new Set<() => void>()
  const streams = new Map<string, number>()
  let sequence = 0
  const add = (projectId: string | null, topic: string) => {
    sequence += 1
    recent.push({ sequence, projectId, topic })
    if (recent.length > remembered) recent.shift()
    for (const each of wake) each()
  }
  const listening = await deps.store.listen('hints', (payload) => {
    // Empty after a reconnect: what was missed is unknown.
    if (payload === '') return add(null, '*')
    const { project_id, topic } = JSON.parse(payload) as { project_id: string | null; topic: string }
    add(project_id, topic)
  })

  /** The hints after a sequence number; undefined when some of them are forgotten. */
  const after = (last: number): readonly Hint[] | undefined => {
    const oldest = recent[0]?.sequence ?? sequence + 1
    return last > sequence || last < oldest - 1 ? undefined : recent.filter((hint) => hint.sequence > last)
  }

  async function* follow(projectId: string, lastId: string, signal: AbortSignal): AsyncGenerator<string> {
    const [lastBoot, lastSequence] = lastId.split('-')
    let last = lastBoot === boot ? Number(lastSequence) : Number.NaN
    const until = Date.now() + longestMs
    yield 'retry: 2000\n\n'
    if (lastId !== '' && (Number.isNaN(last) || after(last) === undefined))
      yield `id: ${boot}-${sequence}\ndata: *\n\n`
    if (Number.isNaN(last) || after(last) === undefined) last = sequence
    while (!signal.aborted && Date.now() < until) {
      const missed = after(last) ?? [{ sequence, projectId: null, topic: '*' }]
      last = sequence
      const text = missed
        .filter((hint) => hint.projectId === null || hint.projectId === projectId)
        .map((hint) => `id: ${boot}-${hint.sequence}\ndata: ${hint.topic.replace(/[\r\n]/g, ' ')}\n\n`)
        .join('')
      if (text !== '') yield text
      else if (!(await woken(wake, signal)) && !signal.aborted) yield ': still here\n\n'
    }
  }

  return {
    route: route(hints.stream, 'authenticated', async ({ principal, query, headers, signal }) => {
      const project = await deps.access.authorize(principal, read, query.project)
      const open = streams.get(principal.id) ?? 0
      if (open >= perPrincipal)
        throw new SlipwayError('rate_limited', `You have ${open} streams open already.`)
      streams.set(principal.id, open + 1)
      const lastId = headers['last-event-id']
      const counted = async function* () {
        try {
          yield* follow(project?.id ?? '', typeof lastId === 'string' ? lastId : '', signal)
        } finally {
          const left = (streams.get(principal.id) ?? 1) - 1
          if (left > 0) streams.set(principal.id, left)
          else streams.delete(principal.id)
        }
      }
      return { stream: counted(), type: 'text/event-stream', headers: { 'x-accel-buffering': 'no' } }
    }),
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  }
}

/** Waits for a hint; false when the heartbeat is due or the stream has ended first. */
function woken(wake: Set<() => void>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (heard: boolean) => {
      clearTimeout(timer)
      wake.delete(hear)
      signal.removeEventListener('abort', end)
      resolve(heard)
    }
    const hear = () => settle(true)
    const end = () => settle(false)
    const timer = setTimeout(end, heartbeatMs)
    wake.add(hear)
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
  })
}
