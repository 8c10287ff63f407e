import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

/** Copies MLflow's tables from its SQLite file into a PostgreSQL, in place of what is there, with the types of there. */
export async function copyToPostgres(file: string, url: string): Promise<void> {
  const source = new DatabaseSync(file, { readOnly: true })
  const target = new pg.Client({ connectionString: url })
  await target.connect()
  await target.query('drop schema public cascade; create schema public')
  const tables = source.prepare("select name from sqlite_master where type = 'table'").all()
  for (const { name } of tables) {
    const table = pg.escapeIdentifier(String(name))
    const columns = source.prepare(`select name, type from pragma_table_info(?)`).all(String(name))
    const named = columns.map((column) => ({ name: String(column.name), type: typeOf(String(column.type)) }))
    const list = named.map((column) => `${pg.escapeIdentifier(column.name)} ${column.type}`)
    await target.query(`create table ${table} (${list.join(', ')})`)
    const rows = source.prepare(`select * from "${name}"`).all()
    const places = named.map((_, at) => `$${at + 1}`)
    for (const row of rows) {
      const values = named.map((column) => storedAs(row[column.name], column.type))
      await target.query(`insert into ${table} values (${places.join(', ')})`, values)
    }
  }
  await target.end()
  source.close()
}

function typeOf(type: string): string {
  if (type.startsWith('VARCHAR') || type === 'TEXT' || type === 'JSON') return 'text'
  if (type === 'FLOAT') return 'double precision'
  return type === 'BLOB' ? 'bytea' : type.toLowerCase()
}

function storedAs(value: unknown, type: string): unknown {
  return type === 'boolean' && value !== null ? Boolean(value) : value
}
