import type pg from 'pg'

interface Column {
  readonly table_name: string
  readonly column_name: string
  readonly type: string
  readonly nullable: boolean
  readonly has_default: boolean
  readonly generated: boolean
}

const columnsSql = `
  select c.relname as table_name, a.attname as column_name, format_type(a.atttypid, null) as type,
    not a.attnotnull as nullable,
    a.atthasdef or a.attidentity <> '' as has_default,
    a.attgenerated <> '' or a.attidentity = 'a' as generated
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
  order by c.relname, a.attnum`

const scalars: Readonly<Record<string, string>> = {
  smallint: 'number',
  integer: 'number',
  bigint: 'number',
  real: 'number',
  'double precision': 'number',
  numeric: 'string',
  boolean: 'boolean',
  text: 'string',
  'character varying': 'string',
  uuid: 'string',
  date: 'string',
  bytea: 'Buffer',
  jsonb: 'Json',
  'timestamp with time zone': 'Timestamp',
}

const header = `// Written by tools/gen.ts from the migrations.
import type { ColumnType, Generated } from 'kysely'

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }
/** Written as an object or as JSON text; never as a bare array, which the driver would make a PostgreSQL array of. */
export type JsonInput = string | { readonly [key: string]: unknown }
type Json = ColumnType<JsonValue, JsonInput, JsonInput>
type NullableJson = ColumnType<JsonValue | null, JsonInput | null | undefined, JsonInput | null>
type DefaultJson = ColumnType<JsonValue, JsonInput | undefined, JsonInput>
type Timestamp = ColumnType<Date, Date | string, Date | string>
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type DefaultTimestamp = ColumnType<Date, Date | string | undefined, Date | string>
`

/** One interface a table and the interface DB, for Kysely. */
export async function writeTypes(client: pg.Client): Promise<string> {
  const { rows } = await client.query<Column>(columnsSql)
  const tables = Map.groupBy(rows, (row) => row.table_name)
  const interfaces = [...tables].map(([table, columns]) => tableInterface(table, columns))
  const db = [...tables.keys()].map((table) => `  ${table}: ${pascal(table)}`)
  return `${[header, ...interfaces, `export interface DB {\n${db.join('\n')}\n}`].join('\n')}\n`
}

function tableInterface(table: string, columns: readonly Column[]): string {
  const lines = columns.map((column) => `  ${column.column_name}: ${columnType(column)}`)
  return `export interface ${pascal(table)} {\n${lines.join('\n')}\n}\n`
}

function columnType(column: Column): string {
  const array = column.type.endsWith('[]')
  const scalar = scalars[array ? column.type.slice(0, -2) : column.type]
  if (scalar === undefined)
    throw new Error(`${column.table_name}.${column.column_name}: no type is known for ${column.type}`)
  if (!array && (scalar === 'Json' || scalar === 'Timestamp')) return special(scalar, column)
  const value = `${array ? `${scalar}[]` : scalar}${column.nullable ? ' | null' : ''}`
  if (column.generated) return `ColumnType<${value}, never, never>`
  return column.has_default ? `Generated<${value}>` : value
}

function special(name: string, column: Column): string {
  if (column.nullable) return `Nullable${name}`
  return column.has_default ? `Default${name}` : name
}

function pascal(table: string): string {
  return table.replace(/(^|_)([a-z0-9])/g, (_match, _start, letter: string) => letter.toUpperCase())
}
