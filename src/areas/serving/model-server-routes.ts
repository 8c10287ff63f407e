import { type Route, route } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import { modelServer, type ServerReport } from '../../contract/modelserver.ts'
import type { ServingDeps } from './deps.ts'
import { takeSegment } from './predictions/segment.ts'
import { isServed } from './snapshot-reader.ts'
import { SnapshotSource } from './snapshot-source.ts'
import { type Report, takeReport } from './traffic/report.ts'

/** Far above what a model server rotates at. */
const segmentLimit = 256 * 2 ** 20

/** What model servers call: they have no database. */
export function modelServerRoutes(deps: ServingDeps): Route[] {
  const { store, blobs } = deps
  const source = new SnapshotSource(deps)
  return [
    route(modelServer.snapshot, 'model-server', async ({ query, signal }) => {
      const snapshot = await source.next(query.etag, query.wait_ms ?? 0, signal)
      return snapshot ?? { unchanged: true as const }
    }),
    route(modelServer.report, 'model-server', async ({ body }) => {
      await store.housekeep((tx) => takeReport(tx, reportOf(body)))
      return {}
    }),
    route(modelServer.blob, 'model-server', async ({ params, signal }) => {
      const info = (await isServed(store.read, params.digest)) ? await blobs.stat(params.digest) : undefined
      if (!info) throw new SlipwayError('not_found', `No deployment serves the blob ${params.digest}.`)
      const stream = await blobs.get(params.digest, { signal })
      return { stream, type: 'application/octet-stream', size: info.size }
    }),
    route(modelServer.segment, 'model-server', async ({ params, stream, signal }) => {
      const { digest, size } = await blobs.put(stream, { limit: segmentLimit, signal })
      await store.housekeep((tx) => takeSegment(tx, { name: params.name, digest, size }))
      return { digest }
    }),
  ]
}

function reportOf(body: ServerReport): Report {
  return {
    serverId: body.server_id,
    ...(body.succeeds === undefined ? {} : { succeeds: body.succeeds }),
    snapshotVersion: body.snapshot_version,
    revisions: body.revisions.map(({ deployment_id, ...revision }) => ({
      deploymentId: deployment_id,
      ...revision,
    })),
    traffic: body.traffic.map(({ deployment_id, minute, ...counters }) => ({
      deploymentId: deployment_id,
      minute: new Date(minute),
      ...counters,
    })),
  }
}
