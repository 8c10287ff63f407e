import { sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Import, ImportItem } from '../../contract/imports.ts'
import type { Store } from '../../store/store.ts'

export function createReader({ read }: Pick<Store, 'read'>) {
  function imports() {
    return read
      .selectFrom('imports as i')
      .select(['i.id', 'i.source', 'i.created_at', 'i.created_by', 'i.updated_at'])
      .select(sql<number>`(select count(*) from import_items where import_id = i.id)::integer`.as('items'))
  }

  /** Newest first. */
  async function list(projectId: string): Promise<Import[]> {
    const rows = await imports().where('i.project_id', '=', projectId).orderBy('i.id', 'desc').execute()
    return rows.map(viewOf)
  }

  /** Fails with `not_found`. */
  async function get(projectId: string, id: string): Promise<Import> {
    const row = await imports()
      .where('i.project_id', '=', projectId)
      .where('i.id', '=', id)
      .executeTakeFirst()
    if (row === undefined) throw new SlipwayError('not_found', `There is no import ${id}`)
    return viewOf(row)
  }

  /** In the order of kind and id, after the item that a cursor names. */
  async function items(
    id: string,
    page: { limit: number; cursor: string | undefined },
  ): Promise<{ items: ImportItem[]; next?: string }> {
    const [kind = '', source = ''] = page.cursor?.split('\n') ?? []
    const rows = await read
      .selectFrom('import_items')
      .select(['kind', 'source_id', 'target_id', 'digest'])
      .where('import_id', '=', id)
      .where(sql<boolean>`(kind, source_id) > (${kind}, ${source})`)
      .orderBy('kind')
      .orderBy('source_id')
      .limit(page.limit + 1)
      .execute()
    const found = rows.slice(0, page.limit)
    const last = rows.length > page.limit ? found.at(-1) : undefined
    return { items: found, ...(last === undefined ? {} : { next: `${last.kind}\n${last.source_id}` }) }
  }

  /** What experiments of the source are called here, by what they are called there. */
  async function experiments(id: string): Promise<Map<string, string>> {
    const rows = await read
      .selectFrom('import_items')
      .select(['source_id', 'target_id'])
      .where('import_id', '=', id)
      .where('kind', '=', 'experiment')
      .execute()
    return new Map(rows.map((row) => [row.source_id, row.target_id]))
  }

  return { list, get, items, experiments }
}

function viewOf(row: {
  id: string
  source: string
  created_at: Date
  created_by: string
  updated_at: Date
  items: number
}): Import {
  return { ...row, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString() }
}
