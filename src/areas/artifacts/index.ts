import type { Area } from '../../base/area.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { ArtifactRoot } from '../../config/index.ts'
import type { Store } from '../../store/store.ts'
import { createFiles } from './files.ts'
import { createHomes } from './home.ts'
import { writeFile } from './writer.ts'

export type { FileToRead } from './files.ts'
export { checkLocation, climbs, isLocal, parseLocation, refuseHosted } from './location.ts'
export { downloadHeaders, mediaType } from './media.ts'
export { artifactPath, filePath, joinPath } from './path.ts'
export { byteRange } from './range.ts'
export type { Entry, StoredFile } from './reader.ts'
export type { NewFile } from './writer.ts'

export interface ArtifactsDeps {
  readonly store: Store
  readonly blobs: Blobs
  /** Where artifacts of new experiments go; default: into the platform's own storage. */
  readonly root?: ArtifactRoot
}

/** Files of runs and models: paths are names within a project, bytes are in the blob store or below the operator's root. */
export function createArtifacts(deps: ArtifactsDeps) {
  const root: ArtifactRoot = deps.root ?? { kind: 'proxy', uri: 'mlflow-artifacts:' }
  const homes = createHomes(root)
  const files = createFiles({ ...deps, root })
  const area: Area = { name: 'artifacts' }
  return { area, blobs: deps.blobs, ...homes, ...files, write: writeFile }
}

export type Artifacts = ReturnType<typeof createArtifacts>
