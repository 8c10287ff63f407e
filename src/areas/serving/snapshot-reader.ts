import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Snapshot } from '../../contract/modelserver.ts'
import type { DB } from '../../store/tables.ts'
import { inferenceName } from './deployment.ts'
import type { InferenceToken, ServingDeps } from './deps.ts'

/** The snapshot as it is now, without the time of issue. */
export type Content = Omit<Snapshot, 'issued_at'>

interface Row {
  readonly deployment_id: string
  readonly name: string
  readonly project: string
  readonly project_id: string
  readonly risk: Snapshot['deployments'][number]['risk']
  readonly limits: Record<string, unknown>
  readonly number: number | null
  readonly weight: number
  readonly model_version_id: string
  readonly digest: string
  readonly signature: unknown
}

/**
 * Kept loaded besides what has traffic: the revision of the rollout under way, those that an abort would give the traffic
 * back to, and those that a rollback would.
 */
const kept = sql<boolean>`(
  revision.weight > 0 or exists (
    select from rollouts rollout where rollout.deployment_id = revision.deployment_id and (
      rollout.finished_at is null and rollout.revision = revision.number
      or rollout.weights_before @> jsonb_build_array(jsonb_build_object('revision', revision.number)) and (
        rollout.finished_at is null or rollout.id = (
          select id from rollouts last where last.deployment_id = revision.deployment_id and last.state = 'completed'
          order by last.finished_at desc limit 1
        )
      )
    )
  )
)`

/** Version and content are of one moment: a change raises the version in its own transaction. */
export async function readContent(deps: Pick<ServingDeps, 'store' | 'access' | 'auth'>): Promise<Content> {
  const tokens = await deps.access.inferenceTokens()
  await noteTokens(deps, tokens)
  const read = deps.store.read.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
  return read.execute(async (db) => {
    const { version } = await db.selectFrom('serving_snapshot').select('version').executeTakeFirstOrThrow()
    return {
      version,
      deployments: grouped(await readRows(db)),
      tokens: tokens.map((token) => ({
        id: token.id,
        hash: token.hash,
        project_id: token.projectId,
        expires_at: token.expiresAt.toISOString(),
      })),
      auth: deps.auth ?? 'token',
    }
  })
}

/** Whether a model server may fetch this blob. */
export async function isServed(db: Kysely<DB>, digest: string): Promise<boolean> {
  const { rows } = await sql`
    select from revisions revision join deployments deployment on deployment.id = revision.deployment_id
    where revision.digest = ${digest} and deployment.deleted_at is null and ${kept} limit 1`.execute(db)
  return rows.length > 0
}

async function readRows(db: Kysely<DB>): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select deployment.id as deployment_id, deployment.name, project.name as project, deployment.project_id,
      deployment.risk, deployment.limits, revision.number, revision.weight, revision.model_version_id, revision.digest,
      revision.signature
    from deployments deployment join projects project on project.id = deployment.project_id
      left join revisions revision on revision.deployment_id = deployment.id and ${kept}
    where deployment.deleted_at is null order by deployment.id, revision.number`.execute(db)
  return rows
}

function grouped(rows: readonly Row[]): Content['deployments'] {
  return [...Map.groupBy(rows, (row) => row.deployment_id).values()].flatMap((of) => {
    const [first] = of
    if (!first) return []
    return {
      id: first.deployment_id,
      name: inferenceName(first.project, first.name),
      project_id: first.project_id,
      risk: first.risk,
      limits: first.limits,
      revisions: of.flatMap((row) =>
        row.number === null
          ? []
          : {
              number: row.number,
              weight: row.weight,
              model_version_id: row.model_version_id,
              digest: row.digest,
              signature: row.signature,
            },
      ),
    }
  })
}

/** Tokens are not ours to watch: a difference from those last seen raises the version. */
async function noteTokens(
  { store }: Pick<ServingDeps, 'store'>,
  tokens: readonly InferenceToken[],
): Promise<void> {
  const lines = tokens.map(
    (token) => `${token.id} ${token.hash} ${token.projectId} ${token.expiresAt.getTime()}`,
  )
  const hash = createHash('sha256').update(lines.toSorted().join('\n')).digest('hex')
  const known = await store.read
    .selectFrom('serving_snapshot')
    .select('tokens_hash')
    .executeTakeFirstOrThrow()
  if (known.tokens_hash === hash) return
  await store.housekeep((tx) =>
    tx.db
      .updateTable('serving_snapshot')
      .set((value) => ({ tokens_hash: hash, version: value('version', '+', 1) }))
      .where('tokens_hash', '!=', hash)
      .execute(),
  )
}
