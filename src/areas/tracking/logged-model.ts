import { randomBytes } from 'node:crypto'
import { SlipwayError } from '../../base/error.ts'
import type { KeyValue } from './run.ts'

export type LoggedModelStatus = 'unspecified' | 'pending' | 'ready' | 'failed'

/** A value of a metric that was logged for a model, by one of its runs. */
export interface ModelMetric {
  readonly key: string
  readonly value: number
  readonly step: number
  readonly time: number
  readonly runId: string
  readonly datasetName: string | null
  readonly datasetDigest: string | null
}

/** A model as the output of a run, before anything is registered. */
export interface LoggedModel {
  /** `m-` and 32 hex digits. */
  readonly id: string
  readonly projectId: string
  readonly experimentId: string
  readonly name: string
  readonly modelType: string
  readonly sourceRunId: string | null
  readonly status: LoggedModelStatus
  readonly artifactUri: string
  readonly params: readonly KeyValue[]
  readonly tags: readonly KeyValue[]
  readonly metrics: readonly ModelMetric[]
  readonly deleted: boolean
  readonly created: number
  readonly updated: number
}

export function newLoggedModelId(): string {
  return `m-${randomBytes(16).toString('hex')}`
}

export function loggedModelNotFound(id: string): SlipwayError {
  return new SlipwayError('not_found', `Logged model with ID '${id}' not found.`)
}

export function checkLoggedModelName(name: string): void {
  if (name === '' || !/[/:.%"'\0]/.test(name)) return
  throw new SlipwayError(
    'invalid_argument',
    `Invalid model name ('${name}') provided. Model name must be a non-empty string and cannot contain the ` +
      "following characters: ('/', ':', '.', '%', '\"', \"'\")",
  )
}
