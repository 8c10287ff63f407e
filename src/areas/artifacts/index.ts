import { randomBytes } from 'node:crypto'
import type { Area } from '../../base/area.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { ArtifactRoot } from '../../config/index.ts'
import type { Store } from '../../store/store.ts'
import { createFiles, type FileToRead } from './files.ts'
import { createHomes } from './home.ts'
import { downloadHeaders, mediaType } from './media.ts'
import { createSigner } from './signature.ts'
import { createUploads } from './uploads.ts'
import { writeFile } from './writer.ts'

export type { FileToRead } from './files.ts'
export { checkLocation, climbs, decodeAll, isLocal, parseLocation, refuseHosted } from './location.ts'
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
  /** Signs addresses of parts and files; default: one of this process alone. */
  readonly secret?: Uint8Array
}

/** Files of runs and models: paths are names within a project, bytes are in the blob store or below the operator's root. */
export function createArtifacts(deps: ArtifactsDeps) {
  const root: ArtifactRoot = deps.root ?? { kind: 'proxy', uri: 'mlflow-artifacts:' }
  const homes = createHomes(root)
  const uploads = createUploads(deps)
  const files = createFiles({ ...deps, root, takeIn: uploads.takeIn })
  const { direct } = deps.blobs
  /** What clients may be offered. Below a directory of the operator's they write themselves, or whole files through us. */
  const capabilities = {
    parts: root.kind !== 'directory',
    direct: root.kind !== 'directory' && direct !== undefined,
  }

  /** An address of the file at the storage itself; undefined where clients can't reach it. */
  async function readAddress(file: FileToRead, seconds: number): Promise<string | undefined> {
    if (file.digest === undefined || direct === undefined) return undefined
    const disposition = downloadHeaders(file.path)['content-disposition'] ?? 'attachment'
    return await direct.readAddress(file.digest, { seconds, type: mediaType(file.path), disposition })
  }

  const area: Area = { name: 'artifacts', references: ['select digest from artifact_files'] }
  return {
    area,
    blobs: deps.blobs,
    ...homes,
    ...files,
    write: writeFile,
    beginParts: uploads.beginParts,
    putPart: uploads.putPart,
    finishParts: uploads.finishParts,
    abortParts: uploads.abortParts,
    arrivedParts: uploads.parts,
    beginWhole: uploads.beginWhole,
    sweepUploads: uploads.sweep,
    capabilities,
    readAddress,
    signer: createSigner(deps.secret ?? randomBytes(32)),
  }
}

export type Artifacts = ReturnType<typeof createArtifacts>
