import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Store, Tx } from '../../store/store.ts'
import { all, type Condition, decodeCursor, encodeCursor, tokenizeFilter } from '../tracking/index.ts'

/** A problem that traces share. */
export interface Issue {
  readonly id: string
  readonly experimentId: string
  readonly name: string
  readonly description: string
  readonly status: string
  readonly severity: string | null
  readonly rootCauses: readonly string[]
  readonly categories: readonly string[]
  readonly sourceRunId: string | null
  readonly createdBy: string | null
  readonly created: number
  readonly updated: number
  /** How many traces refer to it. */
  readonly traces: number
}

export type NewIssue = Omit<Issue, 'id' | 'created' | 'updated' | 'traces'> & { readonly projectId: string }

export interface IssueChange {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly status?: string | undefined
  readonly severity?: string | undefined
}

/** From the least to the greatest. */
export const severities = ['not_an_issue', 'low', 'medium', 'high'] as const
export const issueStatuses = ['pending', 'rejected', 'resolved'] as const

const selected = sql`i.id, i.experiment_id::text as "experimentId", i.name, i.description, i.status, i.severity,
  i.root_causes -> 'list' as "rootCauses", i.categories -> 'list' as categories, i.source_run_id as "sourceRunId",
  i.created_by as "createdBy", i.created_ms as created, i.updated_ms as updated,
  (select count(distinct a.trace_id) from assessments a
    where a.project_id = i.project_id and a.kind = 'issue' and a.name = i.id) as traces`
const rank = sql`coalesce(array_position(${[...severities]}::text[], i.severity), 0)`

export function createIssueReader(store: Store) {
  /** Fails with `not_found`. */
  async function issue(projectId: string, id: string): Promise<Issue> {
    const { rows } = await sql<Issue>`select ${selected} from trace_issues i
      where i.project_id = ${projectId} and i.id = ${id}`.execute(store.read)
    const [found] = rows
    if (found === undefined) throw issueNotFound(id)
    return found
  }

  /** The gravest first, then the latest. */
  async function searchIssues(
    projectId: string,
    wanted: {
      experimentId?: string | undefined
      filter?: string | undefined
      limit: number
      cursor?: string | undefined
    },
  ): Promise<{ issues: Issue[]; next?: string }> {
    const query = [wanted.experimentId, wanted.filter]
    const offset = wanted.cursor === undefined ? 0 : Number(decodeCursor(wanted.cursor, query, 1)[0] ?? 0)
    const conditions = [
      sql<boolean>`i.project_id = ${projectId}`,
      ...(wanted.experimentId === undefined
        ? []
        : [sql<boolean>`i.experiment_id::text = ${wanted.experimentId}`]),
      ...conditionsIn(wanted.filter),
    ]
    const { rows } = await sql<Issue>`select ${selected} from trace_issues i where ${all(conditions)}
      order by ${rank} desc, i.created_ms desc, i.id desc
      offset ${Number.isSafeInteger(offset) ? offset : 0} limit ${wanted.limit + 1}`.execute(store.read)
    return {
      issues: rows.slice(0, wanted.limit),
      ...(rows.length > wanted.limit ? { next: encodeCursor([String(offset + wanted.limit)], query) } : {}),
    }
  }

  return { issue, searchIssues }
}

/** `status = 'resolved' AND source_run_id != '…'`; nothing else is known. */
function conditionsIn(filter: string | undefined): Condition[] {
  const tokens = tokenizeFilter(filter ?? '').filter((token) => token.text.toUpperCase() !== 'AND')
  const conditions: Condition[] = []
  for (let at = 0; at < tokens.length; at += 3) {
    const [left, comparator, right] = tokens.slice(at, at + 3).map((token) => token.text)
    const column = { status: sql`i.status`, source_run_id: sql`i.source_run_id` }[left ?? '']
    const value = /^(['"])([\s\S]*)\1$/.exec(right ?? '')?.[2]
    if (column === undefined || value === undefined || (comparator !== '=' && comparator !== '!=')) {
      throw new SlipwayError(
        'invalid_argument',
        `Invalid filter '${filter}': status and source_run_id can be compared by = and != with a quoted text.`,
      )
    }
    conditions.push(
      comparator === '=' ? sql<boolean>`${column} = ${value}` : sql<boolean>`${column} <> ${value}`,
    )
  }
  return conditions
}

function issueNotFound(id: string): SlipwayError {
  return new SlipwayError('not_found', `Issue with ID '${id}' not found`)
}

/** Returns the id. */
export async function createIssue(tx: Tx, issue: NewIssue): Promise<string> {
  check(issue)
  const id = `iss-${randomUUID().replaceAll('-', '')}`
  const now = tx.now.getTime()
  await tx.db
    .insertInto('trace_issues')
    .values({
      id,
      project_id: issue.projectId,
      experiment_id: Number(issue.experimentId),
      name: issue.name,
      description: issue.description,
      status: issue.status,
      severity: issue.severity,
      root_causes: { list: issue.rootCauses },
      categories: { list: issue.categories },
      source_run_id: issue.sourceRunId,
      created_by: issue.createdBy,
      created_ms: now,
      updated_ms: now,
    })
    .execute()
  await audit(tx, issue.projectId, id, 'trace_issue.create', { name: issue.name })
  return id
}

export async function updateIssue(tx: Tx, projectId: string, id: string, change: IssueChange): Promise<void> {
  check(change)
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const updated = await tx.db
    .updateTable('trace_issues')
    .set({ ...given, updated_ms: tx.now.getTime() })
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (updated.numUpdatedRows === 0n) throw issueNotFound(id)
  await audit(tx, projectId, id, 'trace_issue.update', given)
}

function check(issue: {
  readonly status?: string | undefined
  readonly severity?: string | null | undefined
}): void {
  const { status, severity } = issue
  if (status !== undefined && !issueStatuses.some((known) => known === status)) {
    throw new SlipwayError(
      'invalid_argument',
      `Invalid status '${status}': one of ${issueStatuses.join(', ')}`,
    )
  }
  if (severity !== undefined && severity !== null && !severities.some((known) => known === severity)) {
    throw new SlipwayError(
      'invalid_argument',
      `Invalid severity '${severity}': one of ${severities.join(', ')}`,
    )
  }
}

async function audit(
  tx: Tx,
  projectId: string,
  id: string,
  action: string,
  details: Record<string, unknown>,
): Promise<void> {
  await tx.audit({ action, projectId, subjectType: 'trace_issue', subjectId: id, details })
}
