import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Block, Report, ReportSummary } from '../../contract/reports.ts'
import type { Store, Tx } from '../../store/store.ts'

type Db = Store['read']

interface Content {
  readonly title: string
  readonly blocks: readonly Block[]
}

const mostBytes = 1024 * 1024

/** The one changed last first. */
export async function listReports(
  db: Db,
  projectId: string,
  page: { before?: readonly [updatedAt: string, id: string] | undefined; limit: number },
): Promise<ReportSummary[]> {
  const rows = await db
    .selectFrom('reports')
    .selectAll()
    .where('project_id', '=', projectId)
    .$if(page.before !== undefined, (query) =>
      query.where((e) =>
        e(
          e.refTuple('updated_at', 'id'),
          '<',
          e.tuple(new Date(page.before?.[0] ?? 0), page.before?.[1] ?? ''),
        ),
      ),
    )
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    title: row.title,
    version: row.version,
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
    updated_by: row.updated_by,
    updated_at: row.updated_at.toISOString(),
  }))
}

/** As it is now, or as that version was. Fails with `not_found`. */
export async function readReport(db: Db, projectId: string, id: string, version?: number): Promise<Report> {
  const row = await db
    .selectFrom('reports as r')
    .innerJoin('report_versions as v', 'v.report_id', 'r.id')
    .select(['r.id', 'r.created_by', 'r.created_at', 'v.version', 'v.title', 'v.blocks'])
    .select(['v.created_by as updated_by', 'v.created_at as updated_at'])
    .where('r.project_id', '=', projectId)
    .where('r.id', '=', id)
    .where((e) => e('v.version', '=', version ?? e.ref('r.version')))
    .executeTakeFirst()
  if (row === undefined) throw notFound()
  return {
    ...row,
    blocks: row.blocks as unknown as Block[],
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

export async function reportVersions(db: Db, id: string) {
  const rows = await db
    .selectFrom('report_versions')
    .select(['version', 'title', 'created_by', 'created_at'])
    .where('report_id', '=', id)
    .orderBy('version', 'desc')
    .limit(1000)
    .execute()
  return rows.map((row) => ({ ...row, created_at: row.created_at.toISOString() }))
}

/** Returns the id. */
export async function insertReport(tx: Tx, projectId: string, content: Content): Promise<string> {
  const id = uuidv7()
  const { name } = tx.principal
  await tx.db
    .insertInto('reports')
    .values({
      id,
      project_id: projectId,
      title: content.title,
      created_by: name,
      updated_by: name,
      // in whole milliseconds, as cursors carry it
      updated_at: tx.now,
    })
    .execute()
  await insertVersion(tx, id, 1, content)
  await record(tx, 'report.create', { id, projectId }, { title: content.title })
  return id
}

/** Saves the next version. Fails with `conflict` when there is one that the writer has not seen. */
export async function changeReport(
  tx: Tx,
  report: { projectId: string; id: string; basedOn: number },
  content: Content,
): Promise<void> {
  const row = await tx.db
    .selectFrom('reports')
    .select(['version', 'updated_by'])
    .where('project_id', '=', report.projectId)
    .where('id', '=', report.id)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw notFound()
  if (row.version !== report.basedOn) {
    const message = `\`${row.updated_by}\` has saved version ${row.version} in the meantime.`
    throw new SlipwayError('conflict', message, { facts: { version: row.version } })
  }
  const version = row.version + 1
  await tx.db
    .updateTable('reports')
    .set({ title: content.title, version, updated_by: tx.principal.name, updated_at: tx.now })
    .where('id', '=', report.id)
    .execute()
  await insertVersion(tx, report.id, version, content)
  await record(tx, 'report.update', report, { title: content.title, version })
}

export async function deleteReport(tx: Tx, projectId: string, id: string): Promise<void> {
  const gone = await tx.db
    .deleteFrom('reports')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .returning('title')
    .executeTakeFirst()
  if (gone === undefined) throw notFound()
  await tx.db
    .deleteFrom('comments')
    .where('project_id', '=', projectId)
    .where('subject_type', '=', 'report')
    .where('subject_id', '=', id)
    .execute()
  await record(tx, 'report.delete', { id, projectId }, { title: gone.title })
}

async function insertVersion(tx: Tx, id: string, version: number, content: Content): Promise<void> {
  const blocks = JSON.stringify(content.blocks)
  if (content.title.includes('\0') || blocks.includes('\\u0000'))
    throw new SlipwayError('invalid_argument', 'The report contains the character U+0000.')
  if (Buffer.byteLength(blocks) > mostBytes)
    throw new SlipwayError('too_large', `blocks: take more than ${mostBytes} bytes.`)
  await tx.db
    .insertInto('report_versions')
    .values({ report_id: id, version, title: content.title, blocks, created_by: tx.principal.name })
    .execute()
}

async function record(
  tx: Tx,
  action: string,
  report: { id: string; projectId: string },
  details: Record<string, unknown>,
): Promise<void> {
  await tx.audit({
    action,
    projectId: report.projectId,
    subjectType: 'report',
    subjectId: report.id,
    details,
  })
  tx.hint(report.projectId, `reports:${report.id}`)
}

function notFound(): SlipwayError {
  return new SlipwayError('not_found', 'There is no such report, or no such version of it.')
}
