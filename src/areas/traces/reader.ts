import { sql } from 'kysely'
import type { Store } from '../../store/store.ts'
import { assessmentNotFound } from './assessment.ts'
import { assessmentOf, assessmentsOf } from './assessment-row.ts'
import { infoOf, type TraceRow } from './row.ts'
import { searchTraces, type TraceSearch } from './search.ts'
import type { SpanStatus } from './span.ts'
import { type TraceInfo, traceNotFound } from './trace.ts'
import type { Counts } from './usage.ts'

/** A span as it is stored; what it carries is JSON text. */
export interface StoredSpan {
  readonly traceId: string
  readonly id: string
  readonly parentId: string | null
  readonly name: string
  readonly type: string
  readonly status: SpanStatus
  readonly start: bigint
  readonly end: bigint | null
  readonly model: string | null
  readonly usage: Counts | null
  readonly cost: Counts | null
  readonly content: string
}

/** A span of the waterfall: without what it carries. */
export type BareSpan = Omit<StoredSpan, 'content'>

const spansPerPage = 2000

export function createReader(store: Store) {
  async function withAssessments(projectId: string, rows: readonly TraceRow[]): Promise<TraceInfo[]> {
    const said = await assessmentsOf(
      store.read,
      projectId,
      rows.map((row) => row.id),
    )
    return rows.map((row) => infoOf(row, said.get(row.id) ?? []))
  }

  async function search(wanted: TraceSearch): Promise<{ traces: TraceInfo[]; next?: string }> {
    const { rows, ...rest } = await searchTraces(store, wanted)
    return { traces: await withAssessments(wanted.projectId, rows), ...rest }
  }

  /** In the order asked for; those that are unknown are left out. */
  async function infos(
    projectId: string,
    ids: readonly string[],
    experimentIds?: readonly string[],
  ): Promise<TraceInfo[]> {
    const rows = await store.read
      .selectFrom('traces')
      .selectAll()
      .where('project_id', '=', projectId)
      .where(sql<boolean>`id = any(${ids}::text[])`)
      .$if(experimentIds !== undefined, (query) =>
        query.where(sql<boolean>`experiment_id = any(${experimentIds ?? []}::bigint[])`),
      )
      .execute()
    const byId = new Map((await withAssessments(projectId, rows)).map((info) => [info.id, info]))
    return [...new Set(ids)].flatMap((id) => byId.get(id) ?? [])
  }

  async function find(projectId: string, id: string): Promise<TraceInfo | undefined> {
    return (await infos(projectId, [id]))[0]
  }

  /** Fails with `not_found`. */
  async function trace(projectId: string, id: string): Promise<TraceInfo> {
    const found = await find(projectId, id)
    if (found === undefined) throw traceNotFound(id)
    return found
  }

  /** The spans of a trace, roots before the others, each by start; in pages, so that no large trace is whole in memory. */
  async function* spans(projectId: string, traceId: string): AsyncGenerator<StoredSpan[]> {
    for (const root of [true, false]) {
      let last: StoredSpan | undefined
      do {
        const page = await spanPage(projectId, traceId, root, last)
        if (page.length > 0) yield page
        last = page.length < spansPerPage ? undefined : page.at(-1)
      } while (last !== undefined)
    }
  }

  async function spanPage(
    projectId: string,
    traceId: string,
    root: boolean,
    after: Pick<StoredSpan, 'start' | 'id'> | undefined,
  ): Promise<StoredSpan[]> {
    const { rows } = await sql<SpanRow>`select ${bareColumns}, content from spans
      where project_id = ${projectId} and trace_id = ${traceId} and (parent_id is null) = ${root} and ${beyond(after)}
      order by start_ns, id limit ${spansPerPage}`.execute(store.read)
    return rows.map((row) => ({ ...bareOf(row), content: row.content }))
  }

  async function bareSpans(
    projectId: string,
    traceId: string,
    limit: number,
    after?: Pick<StoredSpan, 'start' | 'id'>,
  ): Promise<BareSpan[]> {
    const { rows } = await sql<SpanRow>`select ${bareColumns} from spans
      where project_id = ${projectId} and trace_id = ${traceId} and ${beyond(after)}
      order by start_ns, id limit ${limit}`.execute(store.read)
    return rows.map(bareOf)
  }

  async function span(projectId: string, traceId: string, id: string): Promise<StoredSpan | undefined> {
    const { rows } = await sql<SpanRow>`select ${bareColumns}, content from spans
      where project_id = ${projectId} and trace_id = ${traceId} and id = ${id}`.execute(store.read)
    const [row] = rows
    return row === undefined ? undefined : { ...bareOf(row), content: row.content }
  }

  /** How many spans each trace has. */
  async function spanCounts(projectId: string, traceIds: readonly string[]): Promise<Map<string, number>> {
    const { rows } = await sql<{
      trace_id: string
      count: number
    }>`select trace_id, count(*) as count from spans
      where project_id = ${projectId} and trace_id = any(${traceIds}::text[]) group by trace_id`.execute(
      store.read,
    )
    return new Map(rows.map((row) => [row.trace_id, row.count]))
  }

  /** The runs and prompts that a trace was linked to. */
  async function links(projectId: string, traceId: string): Promise<{ kind: string; target: string }[]> {
    return await store.read
      .selectFrom('trace_links')
      .select(['kind', 'target'])
      .where('project_id', '=', projectId)
      .where('trace_id', '=', traceId)
      .orderBy('target')
      .execute()
  }

  async function assessment(projectId: string, traceId: string, id: string) {
    const row = await store.read
      .selectFrom('assessments')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('trace_id', '=', traceId)
      .where('id', '=', id)
      .executeTakeFirst()
    if (row !== undefined) return assessmentOf(row)
    await trace(projectId, traceId)
    throw assessmentNotFound(traceId, id)
  }

  return { search, infos, find, trace, spans, bareSpans, span, spanCounts, links, assessment }
}

export type TraceReader = ReturnType<typeof createReader>

/** Nanoseconds are beyond what a number holds, so they come as text. */
const bareColumns = sql`trace_id, id, parent_id, name, type, status, start_ns::text as start, end_ns::text as "end",
  model, usage, cost`

interface SpanRow {
  readonly trace_id: string
  readonly id: string
  readonly parent_id: string | null
  readonly name: string
  readonly type: string
  readonly status: string
  readonly start: string
  readonly end: string | null
  readonly model: string | null
  readonly usage: Counts | null
  readonly cost: Counts | null
  readonly content: string
}

function bareOf(row: SpanRow): BareSpan {
  return {
    traceId: row.trace_id,
    id: row.id,
    parentId: row.parent_id,
    name: row.name,
    type: row.type,
    status: row.status as SpanStatus,
    start: BigInt(row.start),
    end: row.end === null ? null : BigInt(row.end),
    model: row.model,
    usage: row.usage,
    cost: row.cost,
  }
}

function beyond(after: Pick<StoredSpan, 'start' | 'id'> | undefined) {
  if (after === undefined) return sql<boolean>`true`
  return sql<boolean>`(start_ns, id) > (${String(after.start)}::bigint, ${after.id})`
}
