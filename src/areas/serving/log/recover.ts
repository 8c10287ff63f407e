import { readdir, readFile, rename, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../../base/log.ts'
import { type ProcessIdentity, presence } from '../../../base/process.ts'
import { ByteReader } from './bytes.ts'
import { frameHeader, kinds, magic } from './format.ts'
import { frameAt } from './frame.ts'
import { closedSuffix, openSuffix } from './segment.ts'

/** Closes the segments that dead processes left open, after cutting off their torn tails. */
export async function recoverSegments(directory: string, log: Log): Promise<void> {
  for (const file of await readdir(directory).catch(() => [])) {
    if (!file.endsWith(openSuffix)) continue
    try {
      await recover(directory, file.slice(0, -openSuffix.length), log)
    } catch (error) {
      log.error('prediction_log.recovery_failed', { file, error })
    }
  }
}

async function recover(directory: string, name: string, log: Log): Promise<void> {
  const path = join(directory, name + openSuffix)
  const bytes = await readFile(path)
  const found = scan(bytes)
  if (found.owner && presence(found.owner) === 'running') return
  if (found.records === 0) return rm(path)
  if (found.length < bytes.length) {
    log.warn('prediction_log.tail_cut', { segment: name, bytes: bytes.length - found.length })
    await truncate(path, found.length)
  }
  await rename(path, join(directory, name + closedSuffix))
  log.info('prediction_log.recovered', { segment: name, records: found.records })
}

interface Scanned {
  /** Of the part before the first frame that is cut off or damaged. */
  readonly length: number
  readonly records: number
  readonly owner?: ProcessIdentity | undefined
}

/** What of a segment is whole. */
export function scan(bytes: Buffer): Scanned {
  if (!bytes.subarray(0, magic.length).equals(magic)) return { length: 0, records: 0 }
  let [at, records] = [magic.length, 0]
  let owner: ProcessIdentity | undefined
  for (;;) {
    const payload = frameAt(bytes, at)
    if (!payload) return { length: at, records, owner }
    if (payload[1] === kinds.prediction) records++
    if (payload[1] === kinds.owner) owner = ownerOf(payload)
    at += frameHeader + payload.length
  }
}

function ownerOf(payload: Buffer): ProcessIdentity | undefined {
  const reader = new ByteReader(payload)
  reader.raw(2)
  const owner = JSON.parse(reader.text()) as Partial<ProcessIdentity>
  return owner.pid === undefined ? undefined : (owner as ProcessIdentity)
}
