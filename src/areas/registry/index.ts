import type { Area } from '../../base/area.ts'
import { setAlias } from './alias-writer.ts'
import { recordEvaluation } from './evaluation-writer.ts'
import { createFace, type RegistryDeps } from './face.ts'
import { registryRoutes } from './routes.ts'

export { removeAlias, setAlias } from './alias-writer.ts'
export type { NewEvaluation } from './evaluation-writer.ts'
export type { RegistryDeps } from './face.ts'
export type { Model, ModelFile, Signature, Tensor, Version } from './model.ts'
export { isPrompt, servedFile, stageOf, versionNumber } from './model.ts'
export { changeModel, deleteModel, insertModel } from './model-writer.ts'
export type { InspectModel } from './register.ts'
export type { Search } from './search.ts'
export { checkPromptSource } from './source.ts'
export { moveToStage } from './stage-writer.ts'
export { takeAliases, takeModel, takeVersion } from './take-over.ts'
export { changeVersion, deleteVersion, insertVersion, type NewVersion } from './version-writer.ts'

/** Registered models, their versions with what these are made of, and how well they did. */
export function createRegistry(deps: RegistryDeps) {
  const face = createFace(deps)
  const area: Area = {
    name: 'registry',
    routes: registryRoutes({ ...deps, registry: face }),
    references: ['select digest from model_version_files'],
  }
  return { area, ...face, setAlias, recordEvaluation }
}

export type Registry = ReturnType<typeof createRegistry>
