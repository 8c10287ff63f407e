import { existsSync } from 'node:fs'
import { SlipwayError } from '../../../base/error.ts'

export type Row = Readonly<Record<string, unknown>>

/** MLflow's store, opened for reading. Parameters are `$1`, `$2`, … */
export interface Database extends AsyncDisposable {
  rows(text: string, parameters?: readonly (string | number)[]): Promise<readonly Row[]>
  /** Rows as they are read, for what may be too much to hold. */
  each(text: string, parameters: readonly (string | number)[]): AsyncIterable<Row>
  has(table: string): Promise<boolean>
}

/** `sqlite:///path`: a file that a server may be writing to meanwhile. */
export async function openSqlite(file: string): Promise<Database> {
  if (!existsSync(file)) throw new SlipwayError('source_unavailable', `There is no file ${file}`)
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(file, { readOnly: true, timeout: 30_000 })
  const prepared = (text: string) => {
    const statement = database.prepare(text.replace(/\$(\d+)/g, '?$1'))
    statement.setReadBigInts(true)
    return statement
  }
  return {
    rows: async (text, parameters = []) => prepared(text).all(...parameters) as Row[],
    async *each(text, parameters) {
      yield* prepared(text).iterate(...parameters) as Iterable<Row>
    },
    async has(table) {
      const found = prepared("select 1 from sqlite_master where type = 'table' and name = $1").get(table)
      return found !== undefined
    },
    async [Symbol.asyncDispose]() {
      database.close()
    },
  }
}

/** How many rows are held at once. */
const batch = 10_000

/** `postgresql://…` */
export async function openPostgres(url: string): Promise<Database> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  const query = async (text: string, parameters: readonly (string | number)[] = []) =>
    (await pool.query<Row>(text, [...parameters])).rows
  await query('select 1').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SlipwayError('source_unavailable', `The database does not answer: ${reason}`)
  })
  return {
    rows: query,
    async *each(text, parameters) {
      const client = await pool.connect()
      try {
        await client.query('begin read only')
        await client.query(`declare found no scroll cursor for ${text}`, [...parameters])
        for (;;) {
          const { rows } = await client.query<Row>(`fetch ${batch} from found`)
          yield* rows
          if (rows.length < batch) break
        }
      } finally {
        await client.query('rollback').catch(() => {})
        client.release()
      }
    },
    has: async (table) =>
      (await query('select to_regclass($1) is not null as there', [table]))[0]?.there === true,
    [Symbol.asyncDispose]: () => pool.end(),
  }
}
