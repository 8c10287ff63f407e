import { SlipwayError } from '../../base/error.ts'
import { checkKey, limits } from './key.ts'
import type { KeyValue } from './run.ts'

export interface Experiment {
  /** A decimal number; "0" is the default experiment of project default. */
  readonly id: string
  readonly projectId: string
  readonly name: string
  /** Opaque text unless it begins with `mlflow-artifacts:/`. */
  readonly artifactLocation: string
  readonly deleted: boolean
  readonly tags: readonly KeyValue[]
  readonly created: number
  readonly updated: number
}

export const defaultId = '0'
export const defaultName = 'Default'

export function checkExperimentName(name: string): void {
  if (name === '') throw new SlipwayError('invalid_argument', `Invalid experiment name: '${name}'`)
  if (name.includes('\0')) {
    throw new SlipwayError('invalid_argument', 'Invalid experiment name: it contains the character U+0000')
  }
  if (name.length > limits.experimentName) {
    throw new SlipwayError(
      'invalid_argument',
      `'name' exceeds the maximum length of ${limits.experimentName} characters`,
    )
  }
}

export function checkExperimentTag(tag: KeyValue): void {
  checkKey(tag.key, 'key', 'key')
  if (tag.value.includes('\0')) {
    throw new SlipwayError('invalid_argument', `The value of tag '${tag.key}' contains the character U+0000`)
  }
  if (tag.value.length > limits.experimentTag) {
    throw new SlipwayError(
      'invalid_argument',
      `'value' exceeds the maximum length of ${limits.experimentTag} characters`,
    )
  }
}

/** Fails with `invalid_argument` unless the text is a number that can name an experiment. */
export function experimentNumber(id: string): string {
  if (/^\d{1,18}$/.test(id)) return id
  throw new SlipwayError(
    'invalid_argument',
    `Invalid experiment ID '${id}'. Experiment ID must be a valid integer.`,
  )
}

export function experimentNotFound(id: string): SlipwayError {
  return new SlipwayError('not_found', `No Experiment with id=${id} exists`)
}

export function experimentNotActive(id: string): SlipwayError {
  return new SlipwayError(
    'invalid_argument',
    `The experiment ${id} must be in the 'active' state. Current state is deleted.`,
  )
}
