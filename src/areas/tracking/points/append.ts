import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../store/index.ts'
import type { Store } from '../../../store/store.ts'
import type { Point } from '../metric.ts'
import { type Gathered, gather, isLater } from './chunk.ts'
import { compactKind } from './file/compact.ts'

/** What one call logs to one run. */
interface Logged {
  readonly run: string
  readonly experiment: string
  readonly gathered: readonly Gathered[]
}

/** All that one write knows of one metric of one run. */
interface Sum {
  readonly run: string
  readonly experiment: string
  readonly key: string
  latest: Point
  min: number | null
  max: number | null
  firstStep: number | bigint
  firstMs: number | bigint
  lastMs: number | bigint
  exact: boolean
}

/** Appends points that are linked to nothing: durable when it resolves; a call that is repeated changes nothing. */
export function createPointAppender(store: Store) {
  const append = store.grouped<Logged>(write)
  const appended = new Map<string, number>()
  const hinted = new Map<string, number>()

  /** A series must not grow in the database until its run ends, which may take weeks. */
  function compactSometimes(run: RunKey, points: number): void {
    const count = (appended.get(run.id) ?? 0) + points
    if (count < pointsBetween) {
      if (appended.size >= mostCounted) appended.clear()
      appended.set(run.id, count)
      return
    }
    appended.delete(run.id)
    const concurrencyKey = `${compactKind} ${run.id}`
    const work = { kind: compactKind, key: run.id, projectId: run.projectId, concurrencyKey }
    // What could not be queued is queued with the points to come, or when the run ends.
    store.housekeep((tx) => tx.enqueue(work)).catch(() => {})
  }

  /** Pages that show the run look again: at most once in a while, however much is logged. */
  function hint(run: RunKey): void {
    const now = Date.now()
    if (now < (hinted.get(run.id) ?? 0) + betweenHintsMs) return
    if (hinted.size >= mostCounted) hinted.clear()
    hinted.set(run.id, now)
    store.notify('hints', JSON.stringify({ project_id: run.projectId, topic: `runs:${run.id}` }))
  }

  return async (run: RunKey, points: readonly Point[]): Promise<void> => {
    await append({ run: run.id, experiment: run.experimentId, gathered: gather(points) })
    compactSometimes(run, points.length)
    hint(run)
  }
}

interface RunKey {
  readonly id: string
  readonly projectId: string
  readonly experimentId: string
}

const pointsBetween = 65_536
const mostCounted = 10_000
const betweenHintsMs = 2000

/** One statement for any number of calls: new chunks, and what they add to the summaries of their metrics. */
async function write(db: Kysely<DB>, items: readonly Logged[]): Promise<void> {
  const chunks = items.flatMap(({ run, gathered }) =>
    gathered.flatMap((one) => one.chunks.map((chunk) => ({ run, ...chunk }))),
  )
  const bytes = Buffer.concat(chunks.map((chunk) => chunk.bytes))
  let end = 1
  const starts = chunks.map((chunk) => {
    const start = end
    end += chunk.bytes.length
    return start
  })
  const sums = sumsOf(items)
  const of = <T>(pick: (sum: Sum) => T) => sums.map(pick)
  await sql`with added as (
      insert into metric_chunks (run_id, key, first_ms, mark, points)
      select run_id, key, first_ms, mark, substring(${bytes}::bytea from start for size)
      from unnest(${chunks.map((one) => one.run)}::uuid[], ${chunks.map((one) => one.key)}::text[],
        ${chunks.map((one) => one.firstMs)}::bigint[], ${chunks.map((one) => one.mark)}::bigint[],
        ${starts}::int[], ${chunks.map((one) => one.bytes.length)}::int[])
        as c (run_id, key, first_ms, mark, start, size)
      on conflict do nothing returning run_id, key, octet_length(points) / 24 as points
    ), counted as (
      select run_id, key, sum(points) as points from added group by run_id, key
    )
    insert into metric_summaries as s
      (run_id, experiment_id, key, step, time_ms, value, min, max, first_step, first_ms, last_ms, exact, count)
    select u.*, c.points
    from unnest(${of((sum) => sum.run)}::uuid[], ${of((sum) => sum.experiment)}::bigint[],
      ${of((sum) => sum.key)}::text[], ${of((sum) => sum.latest.step)}::bigint[],
      ${of((sum) => sum.latest.time)}::bigint[], ${of((sum) => sum.latest.value)}::float8[],
      ${of((sum) => sum.min)}::float8[], ${of((sum) => sum.max)}::float8[],
      ${of((sum) => sum.firstStep)}::bigint[], ${of((sum) => sum.firstMs)}::bigint[],
      ${of((sum) => sum.lastMs)}::bigint[], ${of((sum) => sum.exact)}::boolean[])
      as u (run_id, experiment_id, key, step, time_ms, value, min, max, first_step, first_ms, last_ms, exact)
    join counted c using (run_id, key)
    order by u.run_id, u.key
    on conflict (run_id, key) do update set
      step = case when ${later} then excluded.step else s.step end,
      time_ms = case when ${later} then excluded.time_ms else s.time_ms end,
      value = case when ${later} then excluded.value else s.value end,
      min = least(s.min, excluded.min),
      max = greatest(s.max, excluded.max),
      count = s.count + excluded.count,
      first_step = least(s.first_step, excluded.first_step),
      first_ms = least(s.first_ms, excluded.first_ms),
      last_ms = greatest(s.last_ms, excluded.last_ms),
      exact = s.exact and excluded.exact and (excluded.first_step > s.step or excluded.step < s.first_step
        or excluded.first_ms > s.last_ms or excluded.last_ms < s.first_ms)`.execute(db)
}

const later = sql`(excluded.step, excluded.time_ms, excluded.value) > (s.step, s.time_ms, s.value)`

/** In the order of run and key, so that writers can't lock each other out. */
function sumsOf(items: readonly Logged[]): Sum[] {
  const sums = new Map<string, Sum>()
  const all = items.flatMap(({ run, experiment, gathered }) =>
    gathered.map((one) => ({ run, experiment, one })),
  )
  // In the order of steps, so that points of several callers are seen to be apart.
  all.sort((a, b) => (a.one.firstStep < b.one.firstStep ? -1 : 1))
  for (const { run, experiment, one } of all) {
    const id = `${run}${one.key}`
    const known = sums.get(id)
    if (known === undefined) sums.set(id, { run, experiment, ...one, exact: true })
    else add(known, one)
  }
  return [...sums.values()]
}

function add(sum: Sum, more: Gathered): void {
  sum.exact &&=
    more.firstStep > sum.latest.step ||
    more.latest.step < sum.firstStep ||
    more.firstMs > sum.lastMs ||
    more.lastMs < sum.firstMs
  if (isLater(more.latest, sum.latest)) sum.latest = more.latest
  sum.min = least(sum.min, more.min)
  sum.max = greatest(sum.max, more.max)
  if (more.firstStep < sum.firstStep) sum.firstStep = more.firstStep
  if (more.firstMs < sum.firstMs) sum.firstMs = more.firstMs
  if (more.lastMs > sum.lastMs) sum.lastMs = more.lastMs
}

function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b)
}

function greatest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b)
}
