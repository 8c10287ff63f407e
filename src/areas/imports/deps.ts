import type { Store } from '../../store/store.ts'
import type { Artifacts } from '../artifacts/index.ts'
import type { Registry } from '../registry/index.ts'
import type { Tracking } from '../tracking/index.ts'

export interface ImportDeps {
  readonly store: Store
  readonly artifacts: Artifacts
  readonly tracking: Tracking
  readonly registry: Registry
}
