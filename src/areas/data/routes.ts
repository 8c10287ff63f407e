import { type Route, route } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import { datasets, datasetVersions } from '../../contract/data.ts'
import { parseChecks } from './checks/parse.ts'
import type { Data, DataDeps } from './data.ts'
import { existingVersion } from './existing.ts'
import { listDatasets, listReports, listVersions, readDataset, type VersionKey } from './reader.ts'
import { previewRows } from './rows.ts'
import { createDataset, insertReport } from './writer.ts'

const uploadLimit = 16 * 2 ** 30
const read = { action: 'data:read', on: 'project' } as const
const write = { action: 'data:write', on: 'project' } as const

/** Every route of data: one call each. */
export function dataRoutes(deps: DataDeps, data: Omit<Data, 'area'>): Route[] {
  return [...datasetRoutes(deps), ...versionRoutes(deps, data), ...checkRoutes(deps, data)]
}

function datasetRoutes({ store }: DataDeps): Route[] {
  return [
    route(datasets.list, read, async ({ project, query }) => {
      const limit = query.limit ?? 100
      const after = query.cursor === undefined ? {} : { after: query.cursor }
      const found = await listDatasets(store.read, { projectId: project.id, limit: limit + 1, ...after })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return { datasets: page, ...(found.length > limit && last ? { next: last.name } : {}) }
    }),
    route(datasets.get, read, ({ project, params }) =>
      existingDataset({ store }, project.id, params.dataset),
    ),
    route(datasets.create, write, async ({ principal, project, body }) => {
      const { name, description = '' } = body
      await store.transact(principal, (tx) => createDataset(tx, { projectId: project.id, name, description }))
      return await existingDataset({ store }, project.id, name)
    }),
  ]
}

function versionRoutes({ store, blobs, columnar, ...deps }: DataDeps, data: Omit<Data, 'area'>): Route[] {
  return [
    route(datasetVersions.list, read, async ({ project, params, query }) => {
      await existingDataset({ store }, project.id, params.dataset)
      const limit = query.limit ?? 100
      const before = query.cursor === undefined ? {} : { before: cursorNumber(query.cursor) }
      const of = { projectId: project.id, dataset: params.dataset, limit: limit + 1, ...before }
      const found = await listVersions(store.read, of)
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return { versions: page, ...(found.length > limit && last ? { next: String(last.version) } : {}) }
    }),
    route(datasetVersions.get, read, ({ project, params }) =>
      existingVersion(store, keyOf(project.id, params)),
    ),
    route(datasetVersions.upload, write, async ({ principal, project, params, query, stream, signal }) => {
      const { digest } = await blobs.put(stream, { limit: deps.uploadLimit ?? uploadLimit, signal })
      return await data.ingest({
        principal,
        projectId: project.id,
        dataset: params.dataset,
        blobs: [{ digest, filename: query.filename ?? 'upload' }],
        mode: query.mode ?? 'append',
        source: { kind: 'upload', ...(query.key === undefined ? {} : { key: query.key }) },
      })
    }),
    route(datasetVersions.rows, read, async ({ project, params, query, signal }) => {
      const version = await existingVersion(store, keyOf(project.id, params))
      const paths = await data.paths(version.id)
      const span = { limit: query.limit ?? 50, offset: query.offset ?? 0 }
      return {
        columns: version.schema,
        rows: await previewRows(columnar, version.schema, paths, span, signal),
        total: version.rows,
      }
    }),
  ]
}

function checkRoutes({ store }: DataDeps, data: Omit<Data, 'area'>): Route[] {
  return [
    route(datasetVersions.check, write, async ({ principal, project, params, body }) => {
      const checks = parseChecks(body.checks)
      const version = await existingVersion(store, keyOf(project.id, params))
      const report = await data.check({ versionId: version.id, checks })
      const stored = { projectId: project.id, versionId: version.id, checks, report }
      const id = await store.transact(principal, (tx) => insertReport(tx, stored))
      return { ...report, id, created_at: new Date().toISOString(), by: principal.name }
    }),
    route(datasetVersions.checks, read, async ({ project, params }) => {
      const version = await existingVersion(store, keyOf(project.id, params))
      return { reports: await listReports(store.read, version.id) }
    }),
  ]
}

function keyOf(projectId: string, params: { dataset: string; version: string }): VersionKey {
  const version = params.version === 'latest' ? params.version : Number(params.version)
  return { projectId, dataset: params.dataset, version }
}

function cursorNumber(cursor: string): number {
  if (/^[1-9]\d{0,9}$/.test(cursor)) return Number(cursor)
  throw new SlipwayError('invalid_argument', 'The cursor is not one that this list gave.')
}

async function existingDataset({ store }: Pick<DataDeps, 'store'>, projectId: string, name: string) {
  const dataset = await readDataset(store.read, projectId, name)
  if (dataset === undefined) throw new SlipwayError('not_found', `There is no dataset "${name}".`)
  return dataset
}
