import { sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Tx } from '../../store/store.ts'
import type { Texts } from './span.ts'
import { checkTraceTag, traceKey, traceNotFound } from './trace.ts'

/** Sets tags, and with null removes them. Fails with `not_found` when there is no such trace or tag to remove. */
export async function changeTags(
  tx: Tx,
  projectId: string,
  traceId: string,
  tags: Readonly<Record<string, string | null>>,
): Promise<void> {
  const trace = await lock(tx, projectId, traceId)
  const set: Record<string, string> = {}
  const removed: string[] = []
  for (const [key, value] of Object.entries(tags)) {
    if (value !== null) {
      const [name, text] = checkTraceTag(key, value)
      set[name] = text
      continue
    }
    const has = key === traceKey.name ? trace.name !== null : Object.hasOwn(trace.tags as Texts, key)
    if (!has) {
      throw new SlipwayError('not_found', `No trace tag with key '${key}' for trace with ID '${traceId}'`)
    }
    removed.push(key)
  }
  const { [traceKey.name]: name, ...others } = set
  const renamed = removed.includes(traceKey.name) ? null : (name ?? trace.name)
  await sql`update traces set name = ${renamed},
    tags = (tags - ${removed}::text[]) || ${JSON.stringify(others)}::jsonb
    where project_id = ${projectId} and id = ${traceId}`.execute(tx.db)
  await tx.audit({
    action: 'trace.tag',
    projectId,
    subjectType: 'trace',
    subjectId: traceId,
    details: { set: Object.keys(set), removed },
  })
  tx.hint(projectId, `traces:${traceId}`)
}

export interface Deletion {
  readonly projectId: string
  readonly experimentId?: string | undefined
  readonly ids?: readonly string[] | undefined
  /** Those that began up to this time, in milliseconds since 1970. */
  readonly until?: number | undefined
  /** At most so many, the oldest first. */
  readonly most?: number | undefined
}

/** Deletes traces for good, with their spans and assessments. Returns how many. */
export async function deleteTraces(tx: Tx, deletion: Deletion): Promise<number> {
  const { projectId, experimentId, ids, until, most } = deletion
  const { rows } = await sql<{ id: string }>`select id from traces where project_id = ${projectId}
    and ${experimentId === undefined ? sql`true` : sql`experiment_id = ${experimentId}`}
    and ${ids === undefined ? sql`true` : sql`id = any(${ids}::text[])`}
    and ${until === undefined ? sql`true` : sql`start_ms <= ${until}`}
    order by start_ms, id ${most === undefined ? sql`` : sql`limit ${most}`} for update`.execute(tx.db)
  const found = rows.map((row) => row.id)
  await removeTraces(tx, projectId, found)
  await tx.audit({
    action: 'trace.delete',
    projectId,
    subjectType: experimentId === undefined ? 'project' : 'experiment',
    subjectId: experimentId ?? projectId,
    details: { traces: found.length, first: found.slice(0, 20) },
  })
  tx.hint(projectId, 'traces:*')
  return found.length
}

/** Removes traces with all that belongs to them; says nothing of it in the audit log. */
export async function removeTraces(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  await sql`delete from traces where project_id = ${projectId} and id = any(${ids}::text[])`.execute(tx.db)
  await sql`delete from spans where project_id = ${projectId} and trace_id = any(${ids}::text[])`.execute(
    tx.db,
  )
  await sql`delete from review_items i using review_queues q where q.id = i.queue_id
    and q.project_id = ${projectId} and i.trace_id = any(${ids}::text[])`.execute(tx.db)
}

/** Links traces to a run, or a trace to prompts. What is unknown is skipped; linking again changes nothing. */
export async function linkTraces(
  tx: Tx,
  projectId: string,
  links: readonly { traceId: string; kind: 'run' | 'prompt'; target: string }[],
): Promise<void> {
  for (const link of links) {
    await sql`insert into trace_links (project_id, trace_id, kind, target)
      select project_id, id, ${link.kind}, ${link.target} from traces
      where project_id = ${projectId} and id = ${link.traceId} on conflict do nothing`.execute(tx.db)
    tx.hint(projectId, `traces:${link.traceId}`)
  }
  await tx.audit({
    action: 'trace.link',
    projectId,
    subjectType: 'trace',
    subjectId: links[0]?.traceId ?? '',
    details: { links: links.length, targets: [...new Set(links.map((link) => link.target))].slice(0, 20) },
  })
}

async function lock(tx: Tx, projectId: string, id: string) {
  const row = await tx.db
    .selectFrom('traces')
    .select(['name', 'tags'])
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row === undefined) throw traceNotFound(id)
  return row
}
