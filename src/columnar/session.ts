import { DuckDBInstance } from '@duckdb/node-api'
import type { ChildLimits, ChildRequest } from './protocol.ts'
import { literal } from './sql.ts'
import { plainValue } from './value.ts'

/** Runs statements in a database of their own that can open nothing but the given paths. */
export async function runStatements(request: ChildRequest): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', options(request.limits))
  try {
    const connection = await instance.connect()
    try {
      for (const statement of lockdown(request.paths)) await connection.run(statement)
      const last = request.statements.at(-1)
      for (const statement of request.statements.slice(0, -1)) await connection.run(statement)
      if (last === undefined) return []
      const reader = await connection.runAndReadUntil(last, request.limits.rows + 1, [...request.values])
      if (reader.currentRowCount > request.limits.rows) {
        throw new Error(`Out of Memory Error: The answer has more than ${request.limits.rows} rows`)
      }
      return reader.getRowObjects().map(plainRow)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

function options(limits: ChildLimits): Record<string, string> {
  return {
    memory_limit: `${Math.floor(limits.memoryBytes / 2 ** 20)}MiB`,
    threads: String(limits.threads),
    temp_directory: limits.tempDirectory,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    errors_as_json: 'false',
  }
}

/** The order matters: once external access is off, paths can no longer be allowed. */
function lockdown(paths: readonly string[]): string[] {
  return [
    `SET allowed_paths = [${paths.map(literal).join(', ')}]`,
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ]
}

function plainRow(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]))
}
