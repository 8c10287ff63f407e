import type { FastifyInstance } from 'fastify'
import type { Artifacts } from '../../areas/artifacts/index.ts'

/** The version of MLflow whose API this is: clients decide by it what they may ask for. */
export const mlflowVersion = '3.17.2'

/** What clients ask first, before they have shown who they are. */
export function serverInfo({ capabilities }: Pick<Artifacts, 'capabilities'>) {
  return {
    store_type: 'SqlStore',
    workspaces_enabled: true,
    trace_archival_enabled: false,
    multipart_uploads_enabled: capabilities.parts,
    multipart_downloads_enabled: capabilities.parts,
    presigned_upload_run_id_supported: capabilities.direct,
    presigned_upload_model_id_supported: capabilities.direct,
    artifact_serving_enabled: true,
    features_enabled: { gateway: false },
  }
}

export function probes(scope: FastifyInstance): void {
  scope.get('/version', async (_request, reply) => reply.type('text/plain').send(mlflowVersion))
  scope.get('/health', async (_request, reply) => reply.type('text/plain').send('OK'))
}
