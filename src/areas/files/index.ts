import type { Area } from '../../base/area.ts'
import type { OwnerDeps } from './owner.ts'
import { fileRoutes } from './routes.ts'
import type { TableDeps } from './table.ts'

/** What people and pages do with the files of runs, logged models and registered versions. */
export function createFiles(deps: OwnerDeps & TableDeps): { readonly area: Area } {
  return { area: { name: 'files', routes: fileRoutes(deps) } }
}
