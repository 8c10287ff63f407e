import type { Readable } from 'node:stream'
import type { Area } from '../../base/area.ts'
import type { Principal } from '../../base/principal.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { Store } from '../../store/store.ts'
import { filePath } from './path.ts'
import { createReader, type StoredFile } from './reader.ts'
import { removeFiles, writeFile } from './writer.ts'

export { checkLocation, climbs, isLocal, parseLocation, refuseHosted } from './location.ts'
export { downloadHeaders, mediaType } from './media.ts'
export { artifactPath, filePath, joinPath } from './path.ts'
export type { Entry, StoredFile } from './reader.ts'
export type { NewFile } from './writer.ts'

export interface Upload {
  readonly principal: Principal
  readonly projectId: string
  readonly path: string
  readonly bytes: Readable | Uint8Array
  /** In bytes. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

/** Files of runs and models: paths are names within a project, bytes are in the blob store. */
export function createArtifacts(deps: { store: Store; blobs: Blobs }) {
  const { store, blobs } = deps
  const area: Area = { name: 'artifacts' }

  /** Takes in a stream and names it: durable when it resolves, without a trace when it rejects. */
  async function upload(file: Upload): Promise<StoredFile> {
    const path = filePath(file.path)
    const { digest, size } = await blobs.put(file.bytes, {
      ...(file.limit === undefined ? {} : { limit: file.limit }),
      ...(file.signal === undefined ? {} : { signal: file.signal }),
    })
    await store.transact(file.principal, (tx) =>
      writeFile(tx, { projectId: file.projectId, path, digest, size }),
    )
    return { path, digest, size }
  }

  async function remove(principal: Principal, projectId: string, path: string): Promise<number> {
    return await store.transact(principal, (tx) => removeFiles(tx, projectId, path))
  }

  /** The bytes of a file; `range` in bytes, end exclusive. */
  async function open(file: { digest: string }, range?: { start: number; end?: number }): Promise<Readable> {
    return await blobs.get(file.digest, range === undefined ? {} : { range })
  }

  return { area, ...createReader(store), upload, remove, open, write: writeFile }
}

export type Artifacts = ReturnType<typeof createArtifacts>
