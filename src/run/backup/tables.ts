import pg, { type ClientBase } from 'pg'

/** A table as it stands in a backup. */
export interface TableDump {
  readonly name: string
  /** Those that are stored, not computed. */
  readonly columns: readonly string[]
}

export interface SequenceState {
  readonly name: string
  readonly last: string
}

/** All tables but that of the migrations, which a restore writes itself. */
export async function listTables(client: ClientBase): Promise<TableDump[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(`
    select c.relname::text as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'migrations'
    group by c.relname order by c.relname`)
  return rows
}

export async function listSequences(client: ClientBase): Promise<SequenceState[]> {
  const { rows } = await client.query<SequenceState>(
    `select sequencename::text as name, last_value::text as last from pg_sequences where schemaname = 'public' and last_value is not null`,
  )
  return rows
}

export function copyOutStatement(table: TableDump): string {
  return `copy ${target(table)} to stdout`
}

export function copyInStatement(table: TableDump): string {
  return `copy ${target(table)} from stdin`
}

function target({ name, columns }: TableDump): string {
  return `${pg.escapeIdentifier(name)} (${columns.map((column) => pg.escapeIdentifier(column)).join(', ')})`
}

/**
 * Runs the loading of all tables with triggers off, so that nothing is computed twice, and without foreign keys, which
 * are made again, and thereby checked, at the end. Within the caller's transaction.
 */
export async function loadTables(client: ClientBase, load: () => Promise<void>): Promise<void> {
  const tables = (await listTables(client)).map(({ name }) => pg.escapeIdentifier(name))
  const { rows: keys } = await client.query<{ drop: string; add: string }>(`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as add
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`)
  for (const key of keys) await client.query(key.drop)
  for (const table of tables) await client.query(`alter table ${table} disable trigger user`)
  if (tables.length > 0) await client.query(`truncate ${tables.join(', ')}`)
  await load()
  for (const table of tables) await client.query(`alter table ${table} enable trigger user`)
  for (const key of keys) await client.query(key.add)
}

export async function setSequences(client: ClientBase, sequences: readonly SequenceState[]): Promise<void> {
  for (const { name, last } of sequences)
    await client.query('select setval($1::regclass, $2)', [pg.escapeIdentifier(name), last])
}
