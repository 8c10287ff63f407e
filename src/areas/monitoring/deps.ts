import type { Log } from '../../base/log.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { Columnar } from '../../columnar/columnar.ts'
import type { Secrets } from '../../config/secrets.ts'
import type { Outbound } from '../../outbound/outbound.ts'
import type { Store } from '../../store/store.ts'
import type { Data } from '../data/index.ts'
import type { PredictionLog } from './prediction-log.ts'

export interface MonitoringDeps {
  readonly store: Store
  readonly blobs: Blobs
  readonly columnar: Columnar
  readonly log: Log
  readonly data: Pick<Data, 'versionById' | 'paths'>
  /** Of serving, only its prediction log. */
  readonly serving: PredictionLog
  readonly outbound: Outbound
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
}
