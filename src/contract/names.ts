import { Type } from 'typebox'

/** Names that people choose and that stand in URLs: projects, datasets, deployments, lines. */
export const Name = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,62}$',
  description: 'Lower-case letters, digits and hyphens.',
})
/** A UUIDv7. */
export const Id = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' })
/** Lower-case hex SHA-256. */
export const DigestText = Type.String({ pattern: '^[0-9a-f]{64}$' })
/** RFC 3339, UTC, for example 2026-11-21T07:00:00.000Z. */
export const Time = Type.String({ format: 'date-time' })
export const ProjectPath = Type.Object({ project: Name })
/** Keyset pages: pass `next` of one answer as `cursor` of the next call; absent at the end. */
export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  cursor: Type.Optional(Type.String({ maxLength: 1024 })),
}
