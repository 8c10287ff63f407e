import { SlipwayError } from '../../base/error.ts'
import type { SequenceState, TableDump } from './tables.ts'

/** The first entry of a backup. */
export interface Manifest {
  readonly format: 'slipway-backup'
  readonly version: 1
  readonly createdAt: string
  readonly migrations: readonly { readonly number: number; readonly checksum: string }[]
  readonly tables: readonly TableDump[]
  readonly sequences: readonly SequenceState[]
}

export function parseManifest(text: string): Manifest {
  const manifest = JSON.parse(text) as Manifest
  if (manifest.format === 'slipway-backup' && manifest.version === 1) return manifest
  throw new SlipwayError('invalid_backup', 'This is no backup of Slipway, or one of a later version.')
}
