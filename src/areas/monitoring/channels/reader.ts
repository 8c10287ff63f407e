import type { Channel, Delivery } from '../../../contract/alerts.ts'
import type { Database } from '../database.ts'

export async function listChannels(db: Database, projectId: string): Promise<Channel[]> {
  const rows = await db
    .selectFrom('alert_channels')
    .select(['id', 'name', 'host', 'created_at'])
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .execute()
  return rows.map(({ created_at, ...row }) => ({
    ...row,
    kind: 'webhook' as const,
    created_at: created_at.toISOString(),
  }))
}

/** Those of the names that are no channel of the project. */
export async function missingChannels(
  db: Database,
  projectId: string,
  names: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return []
  const found = new Set((await listChannels(db, projectId)).map((channel) => channel.name))
  return names.filter((name) => !found.has(name))
}

/** A delivery with its channel. */
export async function readDelivery(db: Database, id: string) {
  return await db
    .selectFrom('alert_deliveries as d')
    .innerJoin('alert_channels as c', 'c.id', 'd.channel_id')
    .select(['d.id', 'd.project_id', 'd.alert_id', 'd.channel_id', 'd.payload', 'd.state', 'd.attempts'])
    .select(['c.name as channel', 'c.sealed', 'c.deleted_at'])
    .where('d.id', '=', id)
    .executeTakeFirst()
}

export async function listDeliveries(db: Database, alertId: string): Promise<Delivery[]> {
  const rows = await db
    .selectFrom('alert_deliveries as d')
    .innerJoin('alert_channels as c', 'c.id', 'd.channel_id')
    .select(['d.id', 'c.name as channel', 'd.event', 'd.state', 'd.attempts', 'd.status', 'd.error'])
    .select(['d.created_at', 'd.finished_at'])
    .where('d.alert_id', '=', alertId)
    .orderBy('d.id')
    .execute()
  return rows.map((row) => ({
    ...row,
    event: row.event as Delivery['event'],
    state: row.state as Delivery['state'],
    created_at: row.created_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  }))
}
