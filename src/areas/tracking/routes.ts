import { type Route, route } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Permission } from '../../base/permission.ts'
import { experiments as experimentApi, runs as runApi } from '../../contract/runs.ts'
import { series as seriesApi } from '../../contract/series.ts'
import type { Store } from '../../store/store.ts'
import { type Artifacts, artifactPath, downloadHeaders, joinPath, mediaType } from '../artifacts/index.ts'
import { experimentNotFound } from './experiment.ts'
import { setExperimentDeleted } from './experiment-writer.ts'
import type { TrackingFace } from './face.ts'
import { clausesOf } from './filter/order.ts'
import { pointsOf } from './metric-reader.ts'
import { nameTag } from './run.ts'
import { deleteRun, removeTag, restoreRun, updateRun } from './run-writer.ts'
import { experimentView, pointView, runDetail, runView, seriesView } from './show.ts'

const read: Permission = { action: 'runs:read', on: 'project' }
const write: Permission = { action: 'runs:write', on: 'project' }

interface Deps {
  readonly store: Store
  readonly artifacts: Artifacts
  readonly tracking: TrackingFace
}

export function trackingRoutes(deps: Deps): Route[] {
  return [...experimentRoutes(deps), ...runRoutes(deps), ...changeRoutes(deps), ...fileRoutes(deps)]
}

function experimentRoutes({ store, tracking }: Deps): Route[] {
  async function shown(projectId: string, id: string) {
    const found = await tracking.experiment(projectId, id)
    if (found === undefined) throw experimentNotFound(id)
    const activity = await tracking.activity([found.id])
    return experimentView(found, activity.get(found.id))
  }
  return [
    route(experimentApi.list, read, async ({ project, query }) => {
      const page = await tracking.searchExperiments({
        projectId: project.id,
        order: ['last_update_time DESC'],
        view: query.deleted === true ? 'deleted' : 'active',
        limit: query.limit ?? 100,
        cursor: query.cursor,
      })
      const activity = await tracking.activity(page.experiments.map((one) => one.id))
      const experiments = page.experiments.map((one) => experimentView(one, activity.get(one.id)))
      return { experiments, ...(page.next === undefined ? {} : { next: page.next }) }
    }),
    route(experimentApi.create, write, async ({ project, principal, body }) => {
      const id = await store.transact(principal, (tx) =>
        tracking.createExperiment(tx, { projectId: project.id, name: body.name }),
      )
      return await shown(project.id, id)
    }),
    route(experimentApi.get, read, ({ project, params }) => shown(project.id, params.experiment)),
    route(experimentApi.delete, write, async ({ project, principal, params }) => {
      await store.transact(principal, (tx) => setExperimentDeleted(tx, project.id, params.experiment, true))
      tracking.forget()
      return { deleted: true }
    }),
  ]
}

function runRoutes({ tracking }: Deps): Route[] {
  return [
    route(runApi.list, read, async ({ project, query }) => {
      const page = await tracking.searchRuns({
        projectId: project.id,
        experimentIds: query.experiment?.split(',').filter((id) => id !== ''),
        filter: query.filter,
        order: clausesOf(query.order),
        view: query.deleted === true ? 'deleted' : 'active',
        limit: query.limit ?? 100,
        cursor: query.cursor,
      })
      return {
        runs: page.runs.map(runView),
        ...(page.next === undefined ? {} : { next: page.next }),
        ...(page.scans.length === 0 ? {} : { scans: [...page.scans] }),
      }
    }),
    route(runApi.get, read, ({ project, params }) => detail(tracking, project.id, params.run)),
    route(runApi.history, read, async ({ project, params, query }) => {
      await tracking.run(project.id, params.run)
      const most = query.points ?? 1000
      const wanted = { projectId: project.id, runs: [params.run], keys: [query.key], points: most } as const
      const [found] = await tracking.series({ ...wanted, axis: 'step' })
      const points = found === undefined ? [] : [...pointsOf(found.columns)]
      return { key: query.key, count: found?.count ?? 0, points: points.map(pointView) }
    }),
    route(seriesApi.query, read, async ({ project, body }) => {
      const found = await tracking.series({
        projectId: project.id,
        axis: 'step',
        points: 1000,
        ...body,
      })
      return { series: found.map(seriesView) }
    }),
  ]
}

function changeRoutes({ store, tracking }: Deps): Route[] {
  return [
    route(runApi.update, write, async ({ project, principal, params, body }) => {
      const tags = Object.entries(body.tags ?? {})
      const set = tags.flatMap(([key, value]) => (value === null ? [] : [{ key, value }]))
      const dropped = tags.filter(([key, value]) => value === null && key !== nameTag)
      if (body.name !== undefined) {
        await store.transact(principal, (tx) => updateRun(tx, project.id, params.run, { name: body.name }))
      }
      await tracking.logTags(project.id, params.run, set)
      for (const [key] of dropped) {
        await tracking.openRun(project.id, params.run)
        await store.housekeep((tx) => removeTag(tx, params.run, key))
      }
      return await detail(tracking, project.id, params.run)
    }),
    route(runApi.delete, write, async ({ project, principal, params }) => {
      await store.transact(principal, (tx) => deleteRun(tx, project.id, params.run))
      tracking.forget(params.run)
      return { deleted: true }
    }),
    route(runApi.restore, write, async ({ project, principal, params }) => {
      await store.transact(principal, (tx) => restoreRun(tx, project.id, params.run))
      tracking.forget(params.run)
      return await detail(tracking, project.id, params.run)
    }),
  ]
}

function fileRoutes({ artifacts, tracking }: Deps): Route[] {
  return [
    route(runApi.artifacts, read, async ({ project, params, query }) => {
      const { artifactUri } = await tracking.run(project.id, params.run)
      const root = artifacts.pathOf(artifactUri)
      if (root === undefined) return { artifacts: [] }
      const entries = await artifacts.list(project.id, joinPath(root, artifactPath(query.path ?? '')))
      return {
        artifacts: entries.map((entry) => ({ ...entry, path: entry.path.slice(root.length + 1) })),
      }
    }),
    route(runApi.download, read, async ({ project, params, query }) => {
      const root = artifacts.ownPath((await tracking.run(project.id, params.run)).artifactUri)
      const path = artifactPath(query.path)
      const file = await artifacts.find(project.id, joinPath(root, path))
      if (file === undefined) throw new SlipwayError('not_found', `The run has no file \`${path}\``)
      return {
        stream: await file.read(),
        type: mediaType(path),
        size: file.size,
        headers: downloadHeaders(path),
      }
    }),
  ]
}

async function detail(tracking: TrackingFace, projectId: string, id: string) {
  const run = await tracking.counted(await tracking.run(projectId, id))
  const experiment = await tracking.experiment(projectId, run.experimentId)
  return runDetail(run, experiment?.name ?? '')
}
