import type { VersionRecord } from '../../../contract/records.ts'
import type { SourceRegistered } from '../source.ts'
import type { Database, Row } from './database.ts'
import { modelRecord, versionRecord, whole } from './wire.ts'

/** Registered models of MLflow's own tables, prompts among them. Versions that were deleted left their number. */
export async function* registeredModels(database: Database): AsyncGenerator<SourceRegistered> {
  const models = await database.rows('select * from registered_models order by name')
  for (const model of models) {
    const name = String(model.name)
    const versions = await database.rows('select * from model_versions where name = $1 order by version', [
      name,
    ])
    const tags = await pairs(database, 'registered_model_tags', name)
    const versionTags = await database.rows(
      'select version, key, value from model_version_tags where name = $1',
      [name],
    )
    const there = versions.filter((version) => version.current_stage !== 'Deleted_Internal')
    yield {
      record: modelRecord(
        {
          name,
          creation_timestamp: whole(model.creation_time as number),
          last_updated_timestamp: whole((model.last_updated_time ?? model.creation_time) as number),
          ...optional('description', model.description),
          tags,
        },
        whole(versions.at(-1)?.version as number),
      ),
      aliases: { kind: 'aliases', model: name, aliases: await aliases(database, name) },
      versions: there.map((version) =>
        versionOf(
          version,
          versionTags.filter((tag) => String(tag.version) === String(version.version)).map(pairOf),
        ),
      ),
    }
  }
}

function versionOf(row: Row, tags: { key: string; value: string }[]): VersionRecord {
  return versionRecord({
    name: String(row.name),
    version: whole(row.version as number),
    creation_timestamp: whole(row.creation_time as number),
    last_updated_timestamp: whole((row.last_updated_time ?? row.creation_time) as number),
    ...optional('user_id', row.user_id),
    ...optional('current_stage', row.current_stage),
    ...optional('description', row.description),
    ...optional('source', row.source),
    ...optional('run_id', row.run_id),
    ...optional('run_link', row.run_link),
    ...optional('status_message', row.status_message),
    tags,
  })
}

async function pairs(database: Database, table: string, name: string) {
  return (await database.rows(`select key, value from ${table} where name = $1 order by key`, [name])).map(
    pairOf,
  )
}

async function aliases(database: Database, name: string): Promise<Record<string, number>> {
  if (!(await database.has('registered_model_aliases'))) return {}
  const rows = await database.rows('select alias, version from registered_model_aliases where name = $1', [
    name,
  ])
  return Object.fromEntries(rows.map((row) => [String(row.alias), whole(row.version as number)]))
}

function pairOf(row: Row): { key: string; value: string } {
  return { key: String(row.key), value: row.value === null ? '' : String(row.value) }
}

function optional<K extends string>(name: K, value: unknown): Partial<Record<K, string>> {
  return value === null || value === undefined
    ? {}
    : ({ [name]: String(value) } as Partial<Record<K, string>>)
}
