import type { Blobs } from '../../blobs/blobs.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Artifacts } from '../artifacts/index.ts'
import type { Tracking } from '../tracking/index.ts'
import { insertModel } from './model-writer.ts'
import { createReader } from './reader.ts'
import { checkFiles, type InspectModel, inspectFiles } from './register.ts'
import { type Search, searchModels, searchVersions } from './search.ts'
import { type Source, takeIn } from './source.ts'
import { insertVersion, type NewVersion } from './version-writer.ts'

export interface RegistryDeps {
  readonly store: Store
  readonly blobs: Blobs
  readonly artifacts: Artifacts
  readonly tracking: Tracking
  readonly inspectModel: InspectModel
  /** What people call a version of a dataset: its name and number. */
  readonly datasetName?: (datasetVersionId: string) => Promise<string | undefined>
}

/** What other areas and adapters do with registered models. */
export function createFace(deps: RegistryDeps) {
  const { store } = deps
  const reader = createReader(store)

  /** Makes the model when it is new. Files with an ONNX model are inspected unless a signature is given. */
  async function registerVersion(
    tx: Tx,
    version: Omit<NewVersion, 'source'> & { source?: string },
  ): Promise<{ id: string; model: string; version: number }> {
    const inTx = createReader({ read: tx.db })
    if ((await inTx.findModel(version.projectId, version.model)) === undefined) {
      await insertModel(tx, { projectId: version.projectId, name: version.model })
    }
    const source = version.source ?? (version.runId === undefined ? 'slipway' : `runs:/${version.runId}/`)
    const signature = version.signature ?? (await inspectFiles(deps, version.files))
    return await insertVersion(tx, { ...version, source, signature })
  }

  return {
    ...reader,
    registerVersion,
    inspectFiles: (files: NewVersion['files']) => inspectFiles(deps, files),
    /** With the bytes of its files read again and compared with their digests. */
    async takeIn(source: Source) {
      const taken = await takeIn({ ...deps, reader }, source)
      await checkFiles(deps.blobs, taken.files)
      return taken
    },
    searchModels: (search: Search) => searchModels(store, reader, search),
    searchVersions: (search: Search) => searchVersions(store, reader, search),
  }
}

export type RegistryFace = ReturnType<typeof createFace>
