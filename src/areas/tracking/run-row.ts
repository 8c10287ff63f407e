import type { Selectable } from 'kysely'
import type { JsonValue, Runs } from '../../store/tables.ts'
import type { KeyValue, RunInfo, RunStatus } from './run.ts'

/** Runs are uuid in the database and 32 hex digits everywhere else. */
export function hex(uuid: string): string {
  return uuid.replaceAll('-', '')
}

export function infoOf(row: Selectable<Runs>): RunInfo {
  return {
    id: hex(row.id),
    projectId: row.project_id,
    experimentId: String(row.experiment_id),
    name: row.name,
    user: row.user_name,
    source: row.source,
    status: row.status as RunStatus,
    start: row.start_ms,
    end: row.end_ms,
    deleted: row.deleted_ms !== null,
    artifactUri: row.artifact_uri,
  }
}

/** Tags kept in a jsonb column, by key. */
export function tagsOf(json: JsonValue): KeyValue[] {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return []
  return Object.entries(json).map(([key, value]) => ({ key, value: String(value) }))
}

export function tagsToJson(tags: readonly KeyValue[]): string {
  return JSON.stringify(Object.fromEntries(tags.map((tag) => [tag.key, tag.value])))
}
