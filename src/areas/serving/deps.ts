import type { Log } from '../../base/log.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { Columnar } from '../../columnar/columnar.ts'
import type { Store } from '../../store/store.ts'
import type { ModelFile } from '../registry/index.ts'

/** What serving must know of a registered model version. */
interface RegisteredVersion {
  readonly id: string
  readonly model: string
  readonly version: number
  readonly files: readonly ModelFile[]
  readonly signature?: unknown
}

export interface InferenceToken {
  readonly id: string
  readonly hash: string
  readonly projectId: string | null
  readonly expiresAt: Date
}

export interface ServingDeps {
  readonly store: Store
  readonly blobs: Blobs
  readonly columnar: Columnar
  readonly log: Log
  readonly access: { inferenceTokens(projectId?: string): Promise<readonly InferenceToken[]> }
  readonly registry: {
    version(id: string): Promise<RegisteredVersion | undefined>
    findVersion(
      projectId: string,
      model: string,
      versionOrAlias: string,
    ): Promise<RegisteredVersion | undefined>
  }
  /** Shared with the model servers: signs the snapshots that they obey. */
  readonly secret: string
  /** `none`: model servers ask callers for no token. */
  readonly auth?: 'token' | 'none'
  /** For files of one operation. Default: the system's. */
  readonly tempDirectory?: string
}
