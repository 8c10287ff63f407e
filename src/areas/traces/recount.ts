import { sql } from 'kysely'
import type { Attempt, WorkHandler } from '../../base/area.ts'
import type { Store } from '../../store/store.ts'
import { counted } from './arrival.ts'
import { type Counts, costOf, tokensOf } from './usage.ts'

/** Traces of more spans are counted now and then: to read them all for each batch would take the square of their size. */
export const mostCountedAtOnce = 1000
const kind = 'traces.recount'
/** So long a large trace goes uncounted. */
const delayMs = 2000
/** Less than the delay: what is stored within this time after the work was queued is counted by it. */
const queuedForMs = 1000
const mostKept = 10_000

/** The spans of a trace as far as counting is concerned: at most one more than `most`. */
export async function countedSpans(store: Store, projectId: string, traceId: string, most?: number) {
  const rows = await store.read
    .selectFrom('spans')
    .select(['id', 'parent_id', 'usage', 'cost'])
    .where('project_id', '=', projectId)
    .where('trace_id', '=', traceId)
    .$if(most !== undefined, (query) => query.limit((most ?? 0) + 1))
    .execute()
  return rows.map((row) => ({
    ...row,
    usage: row.usage as Counts | null,
    cost: row.cost as Counts | null,
  }))
}

/** Asks for large traces to be counted: once in a while each, however many batches come. */
export function createRecounts(store: Store) {
  const queued = new Map<string, number>()
  return async (projectId: string, traceId: string): Promise<void> => {
    const key = `${projectId} ${traceId}`
    const now = performance.now()
    if (now - (queued.get(key) ?? Number.NEGATIVE_INFINITY) < queuedForMs) return
    await store.housekeep((tx) =>
      tx.enqueue({
        kind,
        key,
        projectId,
        payload: { trace: traceId },
        runAt: new Date(tx.now.getTime() + delayMs),
      }),
    )
    if (queued.size >= mostKept) queued.clear()
    queued.set(key, now)
  }
}

export function recountWork(store: Store): WorkHandler {
  return {
    kind,
    concurrency: 1,
    async handle(item, attempt) {
      const { trace } = item.payload
      if (item.projectId !== null && typeof trace === 'string') {
        await recount(store, item.projectId, trace, attempt)
      }
      return undefined
    },
  }
}

/** What was counted of more spans, or told by the client, stays. */
async function recount(store: Store, projectId: string, traceId: string, attempt: Attempt): Promise<void> {
  const rows = await countedSpans(store, projectId, traceId)
  const usage = jsonOf(tokensOf(counted(rows, 'usage')))
  const cost = jsonOf(costOf(counted(rows, 'cost')))
  await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    await sql`update traces set usage = coalesce(${usage}::jsonb, usage), cost = coalesce(${cost}::jsonb, cost),
      counted = ${rows.length}
      where project_id = ${projectId} and id = ${traceId} and counted <= ${rows.length}`.execute(tx.db)
    tx.hint(projectId, `traces:${traceId}`)
  })
}

function jsonOf(counts: Counts | undefined): string | null {
  return counts === undefined ? null : JSON.stringify(counts)
}
