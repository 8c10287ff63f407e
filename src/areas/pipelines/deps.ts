import type { Log } from '../../base/log.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Store } from '../../store/store.ts'
import type { Tracking } from '../tracking/index.ts'

export interface PipelineDeps {
  readonly store: Store
  readonly blobs: Blobs
  readonly engine: Engine
  readonly log: Log
  /** Where jobs reach the MLflow API. */
  readonly trackingUri: string
  readonly tracking: Tracking
}
