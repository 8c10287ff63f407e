import type { Area } from '../../base/area.ts'
import type { ImportDeps } from './deps.ts'
import { importRoutes } from './routes.ts'

/** Copying what was tracked elsewhere, with its ids and times. */
export function createImports(deps: ImportDeps) {
  const area: Area = { name: 'imports', routes: importRoutes(deps) }
  return { area }
}
