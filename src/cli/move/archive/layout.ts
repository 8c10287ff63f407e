import { SlipwayError } from '../../../base/error.ts'
import type { ImportRecord } from '../../../contract/records.ts'

/** The first entry of an archive; docs/archive.md describes the rest. */
export interface Manifest {
  readonly format: 'slipway-archive'
  readonly version: 1
  readonly created_at: string
  readonly source: string
}

/** A file of the run or logged model whose record stands before it; its bytes are the entry `files/<digest>`. */
export interface FileLine {
  readonly kind: 'file'
  readonly path: string
  readonly size: number
  readonly digest: string
}

export type Line = ImportRecord | FileLine

/** Lines of a run follow its record, and may go on in the next entry. */
export const entries = {
  manifest: 'manifest.json',
  experiments: 'experiments.jsonl',
  runs: (experiment: string, part: number) => `runs/${experiment}/${String(part).padStart(8, '0')}.jsonl`,
  loggedModels: (experiment: string, part: number) =>
    `logged-models/${experiment}/${String(part).padStart(8, '0')}.jsonl`,
  models: (part: number) => `models/${String(part).padStart(8, '0')}.jsonl`,
  file: (digest: string) => `files/${digest}`,
} as const

export function damaged(how: string): SlipwayError {
  return new SlipwayError('invalid_archive', `The archive is damaged: ${how}.`)
}
