import type { Registry } from '../registry/index.ts'
import type { Tracking } from '../tracking/index.ts'
import type { Retain } from './retention.ts'
import type { KeepingSweepDeps } from './sweeps.ts'

export interface KeepingDeps extends KeepingSweepDeps {
  readonly tracking: Tracking
  readonly registry: Registry
  /** What areas remove by the rules of projects. */
  readonly retain: () => readonly Retain[]
}
