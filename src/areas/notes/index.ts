import type { Area } from '../../base/area.ts'
import type { NotesDeps } from './deps.ts'
import { notesRoutes } from './routes.ts'

export type { NotesDeps } from './deps.ts'

/** What people say about runs, models and reports, and how they like to look at them. */
export function createNotes(deps: NotesDeps): { readonly area: Area } {
  return { area: { name: 'notes', routes: notesRoutes(deps) } }
}
