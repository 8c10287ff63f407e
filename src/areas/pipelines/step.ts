import type { SlipwayError } from '../../base/error.ts'
import type { Principal } from '../../base/principal.ts'
import type { JobFile, JobLimits, JobResult } from '../../engine/engine.ts'
import type { Tx } from '../../store/store.ts'

/** What a step produces: small JSON values; files are named by digest. */
export type Outputs = Readonly<Record<string, unknown>>

/** A step as a pipeline declares it. `{ from: 'step.output' }` anywhere in `with` stands for an earlier step's output. */
export interface StepSpec {
  readonly name: string
  /** The name of a StepKind. */
  readonly kind: string
  /** Steps that must have succeeded before; those named by `from` are added. */
  readonly needs?: readonly string[]
  readonly with: Readonly<Record<string, unknown>>
}

/** What a kind of step is given: its declaration with all references resolved. */
export interface StepContext {
  readonly stepId: string
  readonly pipelineRunId: string
  readonly projectId: string
  readonly lineId: string | null
  readonly name: string
  readonly with: Readonly<Record<string, unknown>>
  readonly principal: Principal
  readonly signal: AbortSignal
}

/** A command for the engine, with where its tracked run belongs. */
export interface JobRequest {
  readonly command: string | readonly string[]
  readonly code?: string
  readonly requirements?: string
  readonly inputs: Readonly<Record<string, readonly JobFile[]>>
  readonly outputs: readonly string[]
  readonly params: Readonly<Record<string, unknown>>
  readonly limits: JobLimits
  /** Ask for a tracked run: the job gets MLFLOW_TRACKING_URI, MLFLOW_TRACKING_TOKEN and MLFLOW_RUN_ID. */
  readonly tracked?: {
    readonly experiment: string
    readonly name: string
    readonly tags: readonly { readonly key: string; readonly value: string }[]
  }
}

/** What a step does once its inputs are there. */
export type Beginning =
  /** Rows to write; they and the step's completion are one transaction. */
  | { readonly commit: (tx: Tx) => Promise<Outputs> }
  | { readonly outputs: Outputs }
  /** It has failed; what it found out is written in the transaction that says so. */
  | { readonly failure: SlipwayError; readonly record: (tx: Tx) => Promise<void> }
  | { readonly job: JobRequest }

/** One kind of step, offered by an area. */
export interface StepKind {
  readonly kind: string
  /** Equal inputs give equal outputs: a success may be reused. */
  readonly cacheable: boolean
  /** Anything that its outputs depend on beyond `with`, for example the version of an algorithm. */
  readonly version: string
  /** May run again after a crash: reads, computes, stores blobs, but commits nothing. */
  begin(step: StepContext): Promise<Beginning>
  /**
   * Turns a job's success into outputs, in the transaction that completes the step. Fails with a SlipwayError, before it
   * writes anything, when the job did not make what it should.
   */
  finish?(tx: Tx, step: StepContext, result: JobResult, runId: string | null): Promise<Outputs>
}
