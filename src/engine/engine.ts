import type { ErrorCode } from '../base/catalogue.ts'
import type { Digest } from '../blobs/blobs.ts'

/** Where work runs. The same spec and the same job contract on every engine. */
export interface Engine {
  readonly name: string
  /**
   * Starts an attempt, or finds it running: idempotent by `spec.name`. Resolves when the job is durably handed over
   * (it then goes on without this process).
   */
  start(spec: JobSpec): Promise<JobHandle>
  /** Resolves when the job has ended (also when it ended while no platform was there). Rejects only on abort. */
  wait(handle: JobHandle, signal: AbortSignal): Promise<JobResult>
  /** SIGTERM, then SIGKILL after the grace period. Resolves when nothing of the job runs any more. */
  cancel(handle: JobHandle): Promise<void>
  /** Live log from a byte offset; ends when the job has ended and everything was read. */
  log(handle: JobHandle, options: { offset: number; signal: AbortSignal }): AsyncIterable<Uint8Array>
  /** Makes ready what jobs with these requirements will need, so that the first does not wait for it. */
  prepareEnvironment(requirements: string, options: { signal: AbortSignal }): Promise<unknown>
  /** Frees the job's directory. Only after its outputs and log were taken over. */
  remove(handle: JobHandle): Promise<void>
  /** All jobs that have a directory, for finding those that nobody has removed. */
  jobs(): Promise<readonly JobHandle[]>
}

export interface JobSpec {
  /** Unique for the attempt: `<job id>-<attempt>`. */
  readonly name: string
  /** Run by a shell (`sh -c`) in the job's work directory; an array is run without a shell. */
  readonly command: string | readonly string[]
  /** A tar archive, unpacked into the work directory. */
  readonly code?: Digest
  /** A requirements file (pip's format): the job runs in a Python environment built from it. */
  readonly requirements?: string
  /** Linked read-only below $SLIPWAY_INPUTS/<name>/<path>. */
  readonly inputs: Readonly<Record<string, readonly JobFile[]>>
  /** Names of directories made below $SLIPWAY_OUTPUTS/. */
  readonly outputs: readonly string[]
  /** $SLIPWAY_PARAMS (JSON) and SLIPWAY_PARAM_<NAME>. */
  readonly params: Readonly<Record<string, unknown>>
  /** Further environment, for example MLFLOW_TRACKING_URI. Values may be secret: kept out of logs. */
  readonly env: Readonly<Record<string, string>>
  readonly limits: JobLimits
}

export interface JobFile {
  /** Relative, below the input's directory. */
  readonly path: string
  readonly digest: Digest
}

export interface JobLimits {
  /** Wall time, in milliseconds. */
  readonly timeoutMs: number
  /** Resident memory of all processes of the job together, in bytes. */
  readonly memoryBytes: number
  /** Cores: sets OMP_NUM_THREADS and its like, and the scheduler's weight; not a hard cap on local. */
  readonly cpu: number
  /** Between SIGTERM and SIGKILL, in milliseconds. */
  readonly graceMs: number
}

/** What finds a job again after a restart; stored as JSON. */
export interface JobHandle {
  readonly engine: string
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface JobResult {
  readonly outcome:
    | 'succeeded'
    | 'failed'
    | 'timeout'
    | 'out_of_memory'
    | 'cancelled'
    | 'lost'
    | 'setup_failed'
  readonly exitCode: number | null
  /** One sentence for people: what happened, with the last lines of the log where they are the reason. */
  readonly message: string
  /** What kind of failure it was, where the outcome alone does not tell: for example `python_missing`. */
  readonly code?: ErrorCode
  /** The whole log, taken over into the blob store. */
  readonly log: { readonly digest: Digest; readonly size: number } | null
  /** Files of each output directory, taken over into the blob store (only when it succeeded). */
  readonly outputs: Readonly<Record<string, readonly (JobFile & { size: number })[]>>
  readonly startedAt: Date
  readonly endedAt: Date
  /** Peak resident memory of all processes together, in bytes, and CPU seconds, as far as known. */
  readonly usage: { readonly peakBytes: number | null; readonly cpuSeconds: number | null }
  /** The Python environment that it ran in: the digest of what was asked for, and of the packages installed. */
  readonly environment?: { readonly digest: Digest; readonly lockDigest: Digest; readonly python: string }
}
