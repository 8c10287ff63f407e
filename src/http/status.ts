import { sql } from 'kysely'
import { type Area, route } from '../base/area.ts'
import { type PlatformStatus, platform } from '../contract/platform.ts'
import type { Store } from '../store/store.ts'
import { sweepAnswers } from './idempotency.ts'

type Parts = PlatformStatus['parts']

export interface StatusDeps {
  readonly store: Store
  readonly version: string
  /** What other parts say of themselves, for example the model servers. */
  readonly parts?: () => Promise<Parts>
}

/** The platform's own state: health, version, parts and the work queue. */
export function createStatus(deps: StatusDeps): { readonly area: Area } {
  const startedAt = new Date().toISOString()
  const { store, version } = deps
  return {
    area: {
      name: 'platform',
      routes: [
        route(platform.health, 'public', async () => {
          await sql`select 1`.execute(store.read)
          return { status: 'ok' as const }
        }),
        route(platform.version, 'authenticated', async () => ({ version, api: 'v1' as const })),
        route(platform.status, { action: 'platform:read', on: 'platform' }, async () => ({
          version,
          started_at: startedAt,
          parts: await partsOf(deps),
          projects: await count(store, 'projects'),
          users: await count(store, 'users'),
        })),
        route(platform.work, { action: 'platform:read', on: 'platform' }, () => workOf(store)),
      ],
      work: [
        {
          kind: 'platform.sweep',
          async handle(_item, attempt) {
            await store.housekeep(async (tx) => {
              await tx.fence(attempt)
              await sweepAnswers(tx)
            })
            return undefined
          },
        },
      ],
      schedules: [{ name: 'platform.sweep', every: '41 * * * *', kind: 'platform.sweep' }],
    },
  }
}

async function partsOf({ store, parts }: StatusDeps): Promise<Parts> {
  const started = performance.now()
  const { rows } = await sql<{
    version: string
  }>`select current_setting('server_version') as version`.execute(store.read)
  const took = (performance.now() - started).toFixed(1)
  const database = {
    name: 'database',
    state: 'ok' as const,
    message: `PostgreSQL ${rows[0]?.version ?? ''}, answers in ${took} ms`,
  }
  return [database, ...((await parts?.()) ?? [])]
}

async function count(store: Store, table: 'projects' | 'users'): Promise<number> {
  const row = await store.read.selectFrom(table).select(sql<number>`count(*)::int`.as('n')).executeTakeFirst()
  return row?.n ?? 0
}

async function workOf(store: Store) {
  const { rows } = await sql<{
    kind: string
    waiting: number
    scheduled: number
    running: number
    failed: number
    oldest: Date | null
  }>`
    select kind,
      count(*) filter (where state = 'queued' and run_at <= now())::int as waiting,
      count(*) filter (where state = 'queued' and run_at > now())::int as scheduled,
      count(*) filter (where state = 'leased')::int as running,
      count(*) filter (where state = 'failed')::int as failed,
      min(run_at) filter (where state = 'queued' and run_at <= now()) as oldest
    from work group by kind order by kind`.execute(store.read)
  const failed = await store.read
    .selectFrom('work')
    .select(['kind', 'key', 'failures', 'error', 'updated_at'])
    .where('state', '=', 'failed')
    .orderBy('updated_at', 'desc')
    .limit(100)
    .execute()
  return {
    kinds: rows.map(({ oldest, ...row }) => ({ ...row, oldest_due_at: oldest?.toISOString() ?? null })),
    failures: failed.map((row) => ({
      kind: row.kind,
      key: row.key,
      attempts: row.failures,
      error: row.error ?? '',
      failed_at: row.updated_at.toISOString(),
    })),
  }
}
