import type { Area } from '../../base/area.ts'
import type { Log } from '../../base/log.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { Columnar } from '../../columnar/columnar.ts'
import type { CheckReport, DatasetVersion, Profile } from '../../contract/data.ts'
import type { JobFile } from '../../engine/engine.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './checks/check.ts'
import type { Ingest } from './ingest/ingest.ts'
import type { insertReport } from './writer.ts'

export interface DataDeps {
  readonly store: Store
  readonly blobs: Blobs
  readonly columnar: Columnar
  readonly log: Log
  /** For files under conversion. */
  readonly tempDirectory: string
  /** Of one upload, in bytes. */
  readonly uploadLimit?: number
}

/** Datasets and their versions: ingestion, profiles, checks and where each version came from. */
export interface Data {
  readonly area: Area
  findVersion(
    projectId: string,
    dataset: string,
    version: number | 'latest',
  ): Promise<DatasetVersion | undefined>
  versionById(versionId: string): Promise<DatasetVersion | undefined>
  /** The Parquet parts in order, as a job gets them. */
  files(versionId: string): Promise<JobFile[]>
  /** Local paths of the Parquet parts, for queries. */
  paths(versionId: string): Promise<string[]>
  ingest(request: Ingest): Promise<DatasetVersion>
  /** Fails with `not_found`. */
  profile(versionId: string): Promise<Profile>
  check(request: { versionId: string; checks: readonly Check[] }): Promise<CheckReport>
  /** Keeps a report beside its version; returns its id. */
  keepReport: typeof insertReport
}
