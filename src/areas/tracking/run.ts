import { randomInt } from 'node:crypto'
import { SlipwayError } from '../../base/error.ts'
import type { RunStatus } from '../../contract/runs.ts'

export type { RunStatus } from '../../contract/runs.ts'

/** What belongs to a run itself; times in milliseconds since 1970. */
export interface RunInfo {
  /** 32 hex digits. */
  readonly id: string
  readonly projectId: string
  readonly experimentId: string
  readonly name: string
  readonly user: string
  readonly source: string | null
  readonly status: RunStatus
  readonly start: number
  readonly end: number | null
  readonly deleted: boolean
  readonly artifactUri: string
}

export interface KeyValue {
  readonly key: string
  readonly value: string
}

/** The latest point of a metric and what is known of all its points. */
export interface Summary {
  readonly key: string
  readonly value: number
  readonly step: number
  readonly time: number
  readonly min: number | null
  readonly max: number | null
  readonly count: number
}

/** A dataset as a client described it. */
export interface RunDataset {
  readonly name: string
  readonly digest: string
  readonly sourceType: string
  readonly source: string
  readonly schema: string | null
  readonly profile: string | null
  readonly tags: readonly KeyValue[]
}

/** A logged model that a run read or made. */
export interface RunModel {
  readonly modelId: string
  readonly direction: 'input' | 'output'
  readonly step: number
}

/** A run with all that it logged, metrics by their latest point. */
export interface Run extends RunInfo {
  readonly params: readonly KeyValue[]
  readonly tags: readonly KeyValue[]
  readonly metrics: readonly Summary[]
  readonly datasets: readonly RunDataset[]
  readonly models: readonly RunModel[]
}

/** The tag that carries a run's name; kept the same as the name. */
export const nameTag = 'mlflow.runName'
/** The tag of a dataset input that says what it was used for: `training`, `evaluation`… */
export const contextTag = 'mlflow.data.context'

export const ended: readonly RunStatus[] = ['finished', 'failed', 'killed']

export function isRunId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text)
}

export function runNotFound(id: string): SlipwayError {
  return new SlipwayError('not_found', `Run with id=${id} not found`)
}

export function runNotActive(id: string): SlipwayError {
  return new SlipwayError(
    'invalid_argument',
    `The run ${id} must be in the 'active' state. Current state is deleted.`,
  )
}

/** A run's name from what its maker gave: the argument, the tag, or one that can be said aloud. */
export function nameOf(name: string | undefined, tags: readonly KeyValue[]): string {
  const tag = tags.find((one) => one.key === nameTag)?.value
  if (name !== undefined && name !== '' && tag !== undefined && tag !== '' && tag !== name) {
    throw new SlipwayError(
      'invalid_argument',
      "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values " +
        `(run_name='${name}', mlflow.runName='${tag}').`,
    )
  }
  return name || tag || randomName()
}

const adjectives =
  'able bold brisk calm clear deft eager fair fleet glad keen kind mild neat quick sage'.split(' ')
const nouns = 'anchor beam bow brig cove crest gull harbor keel lark mast reef sail shoal tide wharf'.split(
  ' ',
)

export function randomName(): string {
  return `${adjectives[randomInt(adjectives.length)]}-${nouns[randomInt(nouns.length)]}-${randomInt(1000)}`
}
