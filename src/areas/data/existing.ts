import { SlipwayError } from '../../base/error.ts'
import type { DatasetVersion } from '../../contract/data.ts'
import type { Store } from '../../store/store.ts'
import { readVersion, type VersionKey } from './reader.ts'

/** Fails with `not_found`. */
export async function existingVersion(store: Store, key: VersionKey): Promise<DatasetVersion> {
  const version = await readVersion(store.read, key)
  if (version !== undefined) return version
  const what =
    'id' in key ? `dataset version ${key.id}` : `version ${key.version} of dataset "${key.dataset}"`
  throw new SlipwayError('not_found', `There is no ${what}.`)
}
