import type { Area } from '../../base/area.ts'
import { createFace, type RegistryDeps } from './face.ts'
import { registryRoutes } from './routes.ts'
import { recordEvaluation, setAlias } from './writer.ts'

export type { RegistryDeps } from './face.ts'
export type { Model, ModelFile, Signature, Tensor, Version } from './model.ts'
export { isPrompt, servedFile, stageOf, versionNumber } from './model.ts'
export type { InspectModel } from './register.ts'
export type { Search } from './search.ts'
export { checkPromptSource } from './source.ts'
export {
  changeModel,
  changeVersion,
  deleteModel,
  deleteVersion,
  insertModel,
  insertVersion,
  moveToStage,
  type NewEvaluation,
  type NewVersion,
  removeAlias,
  setAlias,
} from './writer.ts'

/** Registered models, their versions with what these are made of, and how well they did. */
export function createRegistry(deps: RegistryDeps) {
  const face = createFace(deps)
  const area: Area = { name: 'registry', routes: registryRoutes({ ...deps, registry: face }) }
  return { area, ...face, setAlias, recordEvaluation }
}

export type Registry = ReturnType<typeof createRegistry>
