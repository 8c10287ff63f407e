import { type Route, route } from '../../base/area.ts'
import { decodeCursor, encodeCursor } from '../../base/cursor.ts'
import type { Permission } from '../../base/permission.ts'
import { type Hold, holds, retention, sweeps } from '../../contract/keeping.ts'
import { type HoldSubject, holdsIn, placeHold, releaseHold, type Hold as StoredHold } from '../holds/index.ts'
import type { KeepingDeps } from './deps.ts'
import { retentionOf, setRetention } from './retention.ts'
import { lastSweeps, startSweep, sweepView } from './sweeps.ts'

const read: Permission = { action: 'project:read', on: 'project' }
const admin: Permission = { action: 'project:admin', on: 'project' }
const seePlatform: Permission = { action: 'platform:read', on: 'platform' }
const runPlatform: Permission = { action: 'platform:admin', on: 'platform' }

export function keepingRoutes(deps: KeepingDeps): Route[] {
  return [...holdRoutes(deps), ...retentionRoutes(deps), ...sweepRoutes(deps)]
}

function holdRoutes(deps: KeepingDeps): Route[] {
  const { store } = deps
  return [
    route(holds.list, read, async ({ project, query }) => {
      const limit = query.limit ?? 100
      const before = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ['string'])[0]
      const released = query.released === true
      const found = await holdsIn(store.read, project.id, { released, limit: limit + 1, before })
      const last = found.length > limit ? found[limit - 1] : undefined
      return {
        holds: found.slice(0, limit).map(holdView),
        ...(last === undefined ? {} : { next: encodeCursor([last.id]) }),
      }
    }),
    route(holds.place, admin, async ({ project, principal, body }) => {
      const subject = await subjectOf(deps, project.id, body.of)
      const hold = await store.transact(principal, (tx) =>
        placeHold(tx, { projectId: project.id, ...subject, reason: body.reason }),
      )
      return holdView(hold)
    }),
    route(holds.release, admin, async ({ project, principal, params, body }) => {
      const hold = await store.transact(principal, (tx) =>
        releaseHold(tx, project.id, params.hold, body.reason),
      )
      return holdView(hold)
    }),
  ]
}

function retentionRoutes({ store }: KeepingDeps): Route[] {
  return [
    route(retention.get, read, ({ project }) => retentionOf(store, project.id)),
    route(retention.set, admin, async ({ project, principal, body }) => {
      await setRetention(store, principal, project.id, body)
      return await retentionOf(store, project.id)
    }),
  ]
}

function sweepRoutes(deps: KeepingDeps): Route[] {
  return [
    route(sweeps.list, seePlatform, async () => ({
      sweeps: await lastSweeps(deps, 50),
      grace_hours: deps.graceMs / 3600_000,
    })),
    route(sweeps.get, seePlatform, ({ params }) => sweepView(deps, params.sweep)),
    route(sweeps.start, runPlatform, async ({ principal, body }) =>
      sweepView(deps, await startSweep(deps, principal, body.dry_run)),
    ),
  ]
}

async function subjectOf(
  { tracking, registry }: KeepingDeps,
  projectId: string,
  of: string,
): Promise<{ type: HoldSubject; id: string; name: string }> {
  const [kind, name = '', version = ''] = of.split('/')
  if (kind === 'models') {
    const found = await registry.versionOfModel(projectId, name, version)
    return { type: 'model_version', id: found.id, name: `${found.model}/${found.version}` }
  }
  if (kind === 'experiments') {
    const { id, name: title } = await tracking.activeExperiment(projectId, name)
    return { type: 'experiment', id, name: title }
  }
  const run = await tracking.run(projectId, name)
  return { type: 'run', id: run.id, name: run.name }
}

function holdView(hold: StoredHold): Hold {
  const { subject_type: type, subject_id: id, subject_name: name } = hold
  return {
    id: hold.id,
    of: type === 'run' ? `runs/${id}` : type === 'experiment' ? `experiments/${id}` : `models/${name}`,
    name,
    reason: hold.reason,
    placed_by: hold.placed_by,
    placed_at: hold.placed_at.toISOString(),
    released_by: hold.released_by,
    released_at: hold.released_at?.toISOString() ?? null,
    release_reason: hold.release_reason,
  }
}
