import type { Readable } from 'node:stream'
import type {
  AliasesRecord,
  ExperimentRecord,
  LinksRecord,
  LoggedModelRecord,
  ModelRecord,
  PointsRecord,
  RunRecord,
  VersionRecord,
} from '../../contract/records.ts'

/** Something that keeps what was tracked, from which it can be read in the one form of records. */
export interface Source extends AsyncDisposable {
  /** What people call it, without credentials; an import goes on where one of the same name was interrupted. */
  readonly name: string
  experiments(): AsyncIterable<ExperimentRecord>
  loggedModels(experimentId: string): AsyncIterable<SourceModel>
  /** In an order to which runs that begin meanwhile are added at the end. */
  runs(experimentId: string): AsyncIterable<SourceRun>
  models(): AsyncIterable<SourceRegistered>
}

export interface SourceRun {
  readonly record: RunRecord
  readonly links: LinksRecord
  /** What the source says of the run's metrics, whatever its form: for telling whether they have changed. */
  readonly latest: unknown
  /** All points, a metric after the other, in the order of time, step and value. */
  points(): AsyncIterable<PointsRecord>
  files(): AsyncIterable<SourceFile>
}

export interface SourceModel {
  readonly record: LoggedModelRecord
  files(): AsyncIterable<SourceFile>
}

export interface SourceRegistered {
  readonly record: ModelRecord
  readonly aliases: AliasesRecord
  /** By number. */
  readonly versions: readonly VersionRecord[]
}

export interface SourceFile {
  /** From the root of the run's or model's files. */
  readonly path: string
  /** In bytes, where it is known before the file is read. */
  readonly size: number | undefined
  /** SHA-256, where it is known before the file is read. */
  readonly digest?: string
  open(): Promise<Readable>
}

/** What could not be copied, for the report. */
export type Warn = (text: string) => void
