import type { Log } from '../../base/log.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { Columnar } from '../../columnar/columnar.ts'
import type { Store } from '../../store/store.ts'
import type { Data } from '../data/index.ts'
import type { Monitoring } from '../monitoring/index.ts'
import type { Pipelines } from '../pipelines/index.ts'
import type { InspectModel, Registry } from '../registry/index.ts'
import type { Serving } from '../serving/index.ts'

/** What the steps of a cycle work with. */
export interface StepDeps {
  readonly store: Store
  readonly blobs: Blobs
  readonly columnar: Columnar
  readonly data: Data
  readonly registry: Registry
  readonly serving: Serving
  /** Loads an ONNX file apart from this process and tells its tensors. Fails with `invalid_model`. */
  readonly inspectModel: InspectModel
  /** The program that scores a model on rows, as a job. */
  readonly evaluationCommand: readonly string[]
  /** A directory for temporary files, on the disk of the blobs. */
  readonly scratch: string
}

export interface LineDeps extends StepDeps {
  readonly log: Log
  readonly pipelines: Pipelines
  readonly monitoring: Monitoring
}
