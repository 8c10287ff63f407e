import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { DigestText, Id, Time } from './names.ts'

/** Made at each start of a model server's process: its counters begin at 0. */
export const ServerId = Type.String({ pattern: '^[0-9a-f-]{8,36}$' })

/**
 * Upper edges of the latency buckets in milliseconds: 0.05 ms to about 52 s, four to a doubling. One more bucket counts
 * the rest.
 */
export const latencyEdgesMs: readonly number[] = Array.from({ length: 81 }, (_, i) => 0.05 * 2 ** (i / 4))

/** What the model servers must do: everything they know of the world. */
export const Snapshot = Type.Object({
  /** Only grows: an older one is never obeyed. */
  version: Type.Integer({ minimum: 1 }),
  issued_at: Time,
  deployments: Type.Array(
    Type.Object({
      id: Id,
      name: Type.String({ description: 'The model name in inference URLs.' }),
      project_id: Id,
      risk: Type.Enum(['minimal', 'limited', 'high']),
      revisions: Type.Array(
        Type.Object({
          number: Type.Integer({ minimum: 1 }),
          weight: Type.Integer({
            minimum: 0,
            maximum: 100,
            description: 'Share of traffic. Revisions without any are kept loaded, to be ready.',
          }),
          model_version_id: Id,
          digest: DigestText,
          signature: Type.Unknown(),
        }),
      ),
      limits: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
  /** A token may come once for each project that it opens; `project_id` null: every project. */
  tokens: Type.Array(
    Type.Object({
      id: Type.String(),
      hash: Type.String(),
      project_id: Type.Union([Id, Type.Null()]),
      expires_at: Time,
    }),
  ),
  auth: Type.Enum(['token', 'none']),
})
export type Snapshot = Static<typeof Snapshot>

/** A snapshot as sent and kept: `signature` is the hex HMAC-SHA256 of the bytes of `body`, a Snapshot as JSON text. */
export const SignedSnapshot = Type.Object({
  etag: Type.String(),
  body: Type.String(),
  signature: Type.String(),
})
export type SignedSnapshot = Static<typeof SignedSnapshot>

export const ServerReport = Type.Object({
  server_id: ServerId,
  /** The process that served here before and is gone: nothing waits for it any more. */
  succeeds: Type.Optional(ServerId),
  /** Of the snapshot whose weights are in effect. */
  snapshot_version: Type.Integer({ minimum: 0 }),
  /** Every revision that is held, not only what changed. */
  revisions: Type.Array(
    Type.Object({
      deployment_id: Id,
      number: Type.Integer({ minimum: 1 }),
      state: Type.Enum(['loading', 'ready', 'failed']),
      error: Type.Optional(Type.String({ maxLength: 2000 })),
    }),
    { maxItems: 10_000 },
  ),
  /**
   * Counters of whole minutes since the process began: absolute, so that a report sent again changes nothing. Minutes that
   * did not change since the last acknowledged report may be left out.
   */
  traffic: Type.Array(
    Type.Object({
      deployment_id: Id,
      number: Type.Integer({ minimum: 1 }),
      minute: Time,
      requests: Type.Integer({ minimum: 0 }),
      errors: Type.Integer({ minimum: 0, description: 'Of these, answered with a status of 500 or above.' }),
      rows: Type.Integer({ minimum: 0 }),
      latency: Type.Array(Type.Integer({ minimum: 0 }), {
        maxItems: latencyEdgesMs.length + 1,
        description: 'Requests by bucket; empty buckets at the end may be left out.',
      }),
    }),
    { maxItems: 10_000 },
  ),
})
export type ServerReport = Static<typeof ServerReport>

/** Names of segments: the process that wrote it and its number there. */
export const SegmentName = Type.String({ pattern: '^[0-9a-f-]{8,36}-[0-9]{1,12}$' })

export const modelServer = {
  snapshot: endpoint({
    id: 'model_server.snapshot',
    method: 'GET',
    path: '/internal/model-server/snapshot',
    summary: 'The signed snapshot; with `etag`, waits until there is another one.',
    query: Type.Object({
      server_id: Type.Optional(ServerId),
      etag: Type.Optional(Type.String({ maxLength: 200 })),
      wait_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000, default: 0 })),
    }),
    reply: Type.Union([SignedSnapshot, Type.Object({ unchanged: Type.Literal(true) })]),
  }),
  report: endpoint({
    id: 'model_server.report',
    method: 'POST',
    path: '/internal/model-server/report',
    summary: 'What a model server holds and what it answered. At least every 3 s, or it counts as gone.',
    body: ServerReport,
    reply: Type.Object({}),
  }),
  blob: endpoint({
    id: 'model_server.blob',
    method: 'GET',
    path: '/internal/model-server/blobs/:digest',
    summary: 'The bytes of a model that is in the snapshot.',
    params: Type.Object({ digest: DigestText }),
    reply: Type.Unknown(),
    download: true,
  }),
  segment: endpoint({
    id: 'model_server.segment',
    method: 'PUT',
    path: '/internal/model-server/segments/:name',
    summary: 'A closed segment of the prediction log. Sent again, it is not taken twice.',
    params: Type.Object({ name: SegmentName }),
    upload: true,
    reply: Type.Object({ digest: DigestText }),
  }),
}
