import { type Route, route } from '../../../base/area.ts'
import type { Permission } from '../../../base/permission.ts'
import { runTable as api } from '../../../contract/run-table.ts'
import type { Store } from '../../../store/store.ts'
import type { TrackingFace } from '../face.ts'
import { clausesOf } from '../filter/order.ts'
import { searchRuns } from '../run-search.ts'
import { changeRuns } from './change.ts'
import { countRuns, groupRuns } from './groups.ts'
import { tableRows } from './rows.ts'
import { runKeys, runValues } from './words.ts'

const read: Permission = { action: 'runs:read', on: 'project' }
const write: Permission = { action: 'runs:write', on: 'project' }

interface Search {
  readonly experiments?: readonly string[]
  readonly filter?: string
  readonly deleted?: boolean
}

function searchOf(projectId: string, body: Search) {
  return {
    projectId,
    experimentIds: body.experiments,
    filter: body.filter,
    view: body.deleted === true ? ('deleted' as const) : ('active' as const),
  }
}

/** What tables of runs read, and what is done with the runs that are selected in one. */
export function tableRoutes({ store, tracking }: { store: Store; tracking: TrackingFace }): Route[] {
  return [
    route(api.rows, read, async ({ project, body }) => {
      const { runs, next } = await searchRuns(store, {
        ...searchOf(project.id, body),
        order: clausesOf(body.order),
        limit: body.limit ?? 200,
        cursor: body.cursor,
      })
      const rows = await tableRows(store, runs, body.columns ?? [])
      return { runs: rows, ...(next === undefined ? {} : { next }) }
    }),
    route(api.count, read, ({ project, body }) => countRuns(store, searchOf(project.id, body))),
    route(api.groups, read, async ({ project, body }) => ({
      groups: await groupRuns(store, searchOf(project.id, body), body.by, body.metrics ?? []),
    })),
    route(api.keys, read, ({ project, query }) =>
      runKeys(store, { projectId: project.id, experimentIds: query.experiment?.split(',') }),
    ),
    route(api.values, read, async ({ project, query }) => {
      const scope = { projectId: project.id, experimentIds: query.experiment?.split(',') }
      return { values: await runValues(store, scope, query.of, query.prefix ?? '') }
    }),
    route(api.change, write, async ({ project, principal, body }) => {
      const runs = [...new Set(body.runs)].sort()
      await store.transact(principal, (tx) => changeRuns(tx, project.id, runs, body))
      for (const id of runs) tracking.forget(id)
      return { runs: runs.length }
    }),
  ]
}
