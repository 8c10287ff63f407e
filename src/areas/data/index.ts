import { runChecks } from './checks/run.ts'
import type { Data, DataDeps } from './data.ts'
import { existingVersion } from './existing.ts'
import { ingest } from './ingest/ingest.ts'
import { readParts, readVersion } from './reader.ts'
import { dataRoutes } from './routes.ts'
import { insertReport } from './writer.ts'

export { parseChecks } from './checks/parse.ts'
export type { Data, DataDeps } from './data.ts'

const references = [
  'select digest from dataset_parts',
  "select (regexp_matches(source::text, '[0-9a-f]{64}', 'g'))[1] as digest from dataset_versions",
]

export function createData(deps: DataDeps): Data {
  const { store, blobs, columnar } = deps
  const paths = async (versionId: string) => {
    const parts = await readParts(store.read, versionId)
    return await Promise.all(parts.map((part) => blobs.localPath(part.digest)))
  }
  const data: Omit<Data, 'area'> = {
    findVersion: (projectId, dataset, version) => readVersion(store.read, { projectId, dataset, version }),
    versionById: (id) => readVersion(store.read, { id }),
    files: async (versionId) =>
      (await readParts(store.read, versionId)).map(({ digest }, ordinal) => ({
        path: partName(ordinal),
        digest,
      })),
    paths,
    ingest: (request) => ingest(deps, request),
    profile: async (versionId) => (await existingVersion(store, { id: versionId })).profile,
    keepReport: insertReport,
    check: async ({ versionId, checks }) => {
      const { schema } = await existingVersion(store, { id: versionId })
      return await runChecks(columnar, { schema, paths: await paths(versionId), now: new Date() }, checks)
    },
  }
  return { ...data, area: { name: 'data', routes: dataRoutes(deps, data), references } }
}

function partName(ordinal: number): string {
  return `part-${String(ordinal).padStart(4, '0')}.parquet`
}
