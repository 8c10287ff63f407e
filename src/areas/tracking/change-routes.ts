import { type Route, route } from '../../base/area.ts'
import type { Permission } from '../../base/permission.ts'
import { experiments as api, runs as runApi } from '../../contract/runs.ts'
import type { Store } from '../../store/store.ts'
import { experimentNotFound } from './experiment.ts'
import {
  removeExperimentTag,
  renameExperiment,
  setExperimentDeleted,
  setExperimentTag,
} from './experiment-writer.ts'
import type { TrackingFace } from './face.ts'
import { experimentView, runModelView } from './show.ts'

const read: Permission = { action: 'runs:read', on: 'project' }
const write: Permission = { action: 'runs:write', on: 'project' }

/** What is changed of experiments, and the logged models of runs. */
export function changeRoutes({ store, tracking }: { store: Store; tracking: TrackingFace }): Route[] {
  async function shown(projectId: string, id: string) {
    const found = await tracking.experiment(projectId, id)
    if (found === undefined) throw experimentNotFound(id)
    const activity = await tracking.activity([found.id])
    return experimentView(found, activity.get(found.id))
  }
  return [
    route(api.update, write, async ({ project, principal, params, body }) => {
      const { name, tags = {} } = body
      if (name !== undefined || Object.keys(tags).length > 0) {
        await store.transact(principal, async (tx) => {
          if (name !== undefined) await renameExperiment(tx, project.id, params.experiment, name)
          for (const [key, value] of Object.entries(tags)) {
            if (value === null) await removeExperimentTag(tx, project.id, params.experiment, key)
            else await setExperimentTag(tx, project.id, params.experiment, { key, value })
          }
        })
      }
      return await shown(project.id, params.experiment)
    }),
    route(api.restore, write, async ({ project, principal, params }) => {
      await store.transact(principal, (tx) => setExperimentDeleted(tx, project.id, params.experiment, false))
      tracking.forget()
      return await shown(project.id, params.experiment)
    }),
    route(runApi.models, read, async ({ project, params }) => {
      const run = await tracking.run(project.id, params.run)
      const models = await Promise.all(
        run.models.map(async (link) => {
          const model = await tracking.loggedModel(project.id, link.modelId)
          return model === undefined ? [] : [runModelView(model, link)]
        }),
      )
      return { models: models.flat() }
    }),
  ]
}
