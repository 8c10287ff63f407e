import type { Static } from 'typebox'
import { type Area, route } from '../../base/area.ts'
import { decodeCursor, encodeCursor } from '../../base/cursor.ts'
import { type AuditEntry, audit } from '../../contract/audit.ts'
import type { Store } from '../../store/store.ts'
import { entries } from './reader.ts'

/** The record of every change; the store writes it in the transaction of the change, this only reads it. */
export function createAudit({ store }: { store: Store }): { readonly area: Area } {
  return {
    area: {
      name: 'audit',
      routes: [
        route(audit.list, { action: 'audit:read', on: 'project' }, ({ project, query }) =>
          page(store, query, project.id),
        ),
        route(audit.listAll, { action: 'audit:read', on: 'platform' }, ({ query }) => page(store, query)),
      ],
    },
  }
}

type Query = Static<typeof audit.list.query>

async function page(store: Store, query: Query, projectId?: string) {
  const limit = query.limit ?? 100
  const rows = await entries(store.read, {
    limit: limit + 1,
    ...(projectId === undefined ? {} : { projectId }),
    ...(query.action === undefined ? {} : { action: query.action }),
    ...(query.actor === undefined ? {} : { actor: query.actor }),
    ...(query.subject_type === undefined ? {} : { subjectType: query.subject_type }),
    ...(query.subject_id === undefined ? {} : { subjectId: query.subject_id }),
    ...(query.from === undefined ? {} : { from: new Date(query.from) }),
    ...(query.to === undefined ? {} : { to: new Date(query.to) }),
    ...(query.cursor === undefined ? {} : { before: decodeCursor(query.cursor, ['string'])[0] }),
  })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    entries: shown.map(show),
    ...(rows.length > limit && last !== undefined ? { next: encodeCursor([last.id]) } : {}),
  }
}

function show(row: Awaited<ReturnType<typeof entries>>[number]): AuditEntry {
  return {
    id: row.id,
    at: row.recorded_at.toISOString(),
    actor: { id: row.actor_id, name: row.actor_name, kind: row.actor_kind },
    action: row.action,
    project: row.project,
    subject_type: row.subject_type,
    subject_id: row.subject_id,
    details: row.details as AuditEntry['details'],
  }
}
