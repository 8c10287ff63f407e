import pg from 'pg'
import { named } from './failure.ts'

const int8 = 20
const date = 1082
/** An address behind a firewall, or one that is no PostgreSQL, may take a connection and never answer. */
export const connectionTimeoutMillis = 15_000

/** Values as the program wants them: int8 as a number, a date as its text. */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === int8) return Number
    if (oid === date) return (text: string) => text
    return pg.types.getTypeParser(oid, format)
  }) as pg.CustomTypesConfig['getTypeParser'],
}

/** One direct connection. The caller ends it. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    types: valueTypes,
    application_name: 'slipway',
    connectionTimeoutMillis,
  })
  // A connection that drops between two statements reports it here; the next statement fails by itself.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    throw named(error)
  }
  return client
}
