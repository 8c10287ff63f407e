import { type Kysely, type RawBuilder, sql } from 'kysely'
import { named } from './failure.ts'
import type { DB } from './tables.ts'

/** What becomes of a row whose key exists: it is skipped, or replaces what is there. */
export type OnConflict = 'ignore' | 'replace'

type Row = Readonly<Record<string, unknown>>
/** The columns of a table. */
interface Columns {
  /** The type of each, by name. */
  readonly types: ReadonlyMap<string, string>
  /** Those of the primary key. */
  readonly key: readonly string[]
}

interface Call {
  /** The rows as the inside of a JSON array. */
  readonly json: string
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Calls with the same table, columns and conflict rule share statements. */
interface Lane {
  readonly statement: (json: string) => Promise<void>
  readonly waiting: Call[]
  busy: boolean
}

/** A statement takes no more than this many characters of JSON, except for a single larger call. */
const largestStatement = 4 * 1024 * 1024

/**
 * Group commit: while one statement of a lane is on its way, further calls gather and become the next statement; each is
 * a transaction of its own, so a call resolves when its rows are durable. When a shared statement fails, its calls are
 * repeated one by one, so that one call's bad row fails no other call.
 */
export class Appender {
  readonly #db: Kysely<DB>
  readonly #lanes = new Map<string, Lane>()
  readonly #columns = new Map<string, Promise<Columns>>()

  constructor(db: Kysely<DB>) {
    this.#db = db
  }

  async append(table: string, rows: readonly Row[], onConflict: OnConflict | undefined): Promise<void> {
    if (rows.length === 0) return
    const columns = await this.#columnsOf(table)
    const names = namesIn(rows)
    for (const name of names)
      if (!columns.types.has(name)) throw new Error(`append to ${table}: there is no column ${name}`)
    const lane = this.#lane(table, names, columns, onConflict)
    const json = rows.map((row) => JSON.stringify(encodeRow(row, columns.types))).join(',')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    lane.waiting.push({ json, resolve, reject })
    if (!lane.busy) drain(lane)
    return promise
  }

  #columnsOf(table: string): Promise<Columns> {
    const known = this.#columns.get(table)
    if (known !== undefined) return known
    const read = readColumns(this.#db, table)
    this.#columns.set(table, read)
    read.catch(() => this.#columns.delete(table))
    return read
  }

  #lane(table: string, names: readonly string[], columns: Columns, onConflict: OnConflict | undefined): Lane {
    const key = [table, onConflict ?? '', ...names].join(' ')
    const known = this.#lanes.get(key)
    if (known !== undefined) return known
    const lane: Lane = {
      statement: this.#statement(table, names, columns, onConflict),
      waiting: [],
      busy: false,
    }
    this.#lanes.set(key, lane)
    return lane
  }

  #statement(table: string, names: readonly string[], columns: Columns, onConflict: OnConflict | undefined) {
    const list = sql.join(names.map((name) => sql.ref(name)))
    const types = sql.join(
      names.map((name) => sql`${sql.ref(name)} ${sql.raw(recordType(columns.types.get(name)))}`),
    )
    const values = sql.join(
      names.map(
        (name) => sql`${sql.ref(name)}${sql.raw(columns.types.get(name) === 'jsonb' ? '::jsonb' : '')}`,
      ),
    )
    const conflict = conflictClause(names, columns.key, onConflict)
    return async (json: string): Promise<void> => {
      const query = sql`insert into ${sql.table(table)} (${list})
        select ${values} from json_to_recordset(${json}::json) as r (${types}) ${conflict}`
      await query.execute(this.#db)
    }
  }
}

async function readColumns(db: Kysely<DB>, table: string): Promise<Columns> {
  const { rows } = await sql<{ name: string; type: string; key: boolean }>`
    select attname as name, format_type(atttypid, atttypmod) as type, coalesce(attnum = any(i.indkey), false) as key
    from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped`.execute(db)
  return {
    types: new Map(rows.map(({ name, type }) => [name, type])),
    key: rows.filter((row) => row.key).map((row) => row.name),
  }
}

function conflictClause(
  names: readonly string[],
  key: readonly string[],
  onConflict: OnConflict | undefined,
): RawBuilder<unknown> {
  if (onConflict === undefined) return sql``
  if (onConflict === 'ignore') return sql`on conflict do nothing`
  const others = names.filter((name) => !key.includes(name))
  const set = others.map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`)
  return sql`on conflict (${sql.join(key.map((name) => sql.ref(name)))}) do update set ${sql.join(set)}`
}

function namesIn(rows: readonly Row[]): string[] {
  const names = new Set<string>()
  for (const row of rows) for (const name in row) if (row[name] !== undefined) names.add(name)
  return [...names].sort()
}

/** JSON columns travel as text within the JSON, since callers may give them as text already. */
function recordType(type: string | undefined): string {
  return type === undefined || type === 'jsonb' ? 'text' : type
}

function encodeRow(row: Row, types: Columns['types']): Row {
  const encoded: Record<string, unknown> = {}
  for (const name in row) encoded[name] = encode(row[name], types.get(name))
  return encoded
}

function encode(value: unknown, type: string | undefined): unknown {
  if (value === null || value === undefined) return value
  if (type === 'jsonb') return typeof value === 'string' ? value : JSON.stringify(value)
  // JSON has no NaN and no infinities; PostgreSQL reads them as text.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return String(value)
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value
}

async function drain(lane: Lane): Promise<void> {
  lane.busy = true
  while (lane.waiting.length > 0) await send(lane, takeGroup(lane.waiting))
  lane.busy = false
}

function takeGroup(waiting: Call[]): Call[] {
  let size = 0
  let count = 0
  for (const call of waiting) {
    size += call.json.length
    if (count > 0 && size > largestStatement) break
    count += 1
  }
  return waiting.splice(0, count)
}

async function send(lane: Lane, calls: readonly Call[]): Promise<void> {
  try {
    await lane.statement(`[${calls.map((call) => call.json).join(',')}]`)
    for (const call of calls) call.resolve()
  } catch (error) {
    if (calls.length === 1) calls[0]?.reject(named(error))
    else for (const call of calls) await send(lane, [call])
  }
}
