import type { Attempt } from '../../../base/area.ts'
import { SlipwayError } from '../../../base/error.ts'
import type { ServingDeps } from '../deps.ts'
import { readSegment } from '../log/decode.ts'
import { recordPart } from './part-writer.ts'
import { type PartFile, PartWriter } from './partfile.ts'
import { rowsOf, type SignatureNames } from './row.ts'
import { openScratch, type Scratch } from './scratch.ts'

export type ConvertDeps = Pick<ServingDeps, 'store' | 'blobs' | 'columnar' | 'log' | 'tempDirectory'>

/**
 * Turns a segment into a Parquet part for each deployment in it. The parts and the segment's end are one transaction:
 * however often it is interrupted or repeated, each logged row is in one part. Of a damaged segment, the records before
 * the damage are saved and the bytes are kept.
 */
export async function convertSegment(deps: ConvertDeps, name: string, attempt: Attempt): Promise<void> {
  const segment = await deps.store.read
    .selectFrom('prediction_segments')
    .select(['digest', 'state'])
    .where('name', '=', name)
    .executeTakeFirst()
  if (segment?.state !== 'waiting') return
  await using scratch = await openScratch(deps.tempDirectory)
  await using writers = new Writers(scratch)
  const damage = await gather(deps, segment.digest, writers, attempt.signal)
  if (damage) deps.log.error('segment.damaged', { segment: name, error: damage })
  const files = new Map<string, PartFile>()
  for (const [deploymentId, writer] of writers) {
    files.set(deploymentId, await writer.finish(deps, attempt.signal))
  }
  await finish(deps, name, files, damage, attempt)
  deps.log.debug('segment.converted', { segment: name, deployments: files.size })
}

/** Reads the segment into the writers. Returns the damage that ended it early, if any. */
async function gather(
  deps: ConvertDeps,
  digest: string,
  writers: Writers,
  signal: AbortSignal,
): Promise<SlipwayError | undefined> {
  const signatures = new Signatures(deps)
  const records = readSegment(await deps.blobs.localPath(digest))
  try {
    for await (const record of records) {
      signal.throwIfAborted()
      const revision = await signatures.of(record.deploymentId, record.revision)
      if (!revision) continue
      const writer = await writers.of(record.deploymentId)
      await writer.add(record.time, rowsOf(record, revision.signature, writer.columns))
    }
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'invalid_data') return error
    throw error
  }
  return undefined
}

async function finish(
  { store }: ConvertDeps,
  name: string,
  files: ReadonlyMap<string, PartFile>,
  damage: SlipwayError | undefined,
  attempt: Attempt,
): Promise<void> {
  await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    const ended = await tx.db
      .updateTable('prediction_segments')
      .set(
        damage ? { state: 'damaged', error: damage.message } : { state: 'converted', converted_at: tx.now },
      )
      .where('name', '=', name)
      .where('state', '=', 'waiting')
      .returning('name')
      .executeTakeFirst()
    if (!ended) return
    // In one order everywhere, so that two conversions can't lock each other out.
    for (const [deploymentId, file] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      await recordPart(tx, deploymentId, name, file)
    }
  })
}

/** A writer for each deployment met. */
class Writers implements AsyncDisposable {
  readonly #scratch: Scratch
  readonly #open = new Map<string, PartWriter>()

  constructor(scratch: Scratch) {
    this.#scratch = scratch
  }

  async of(deploymentId: string): Promise<PartWriter> {
    const known = this.#open.get(deploymentId)
    if (known) return known
    const writer = await PartWriter.open(this.#scratch, `${this.#open.size}.json`)
    this.#open.set(deploymentId, writer)
    return writer
  }

  [Symbol.iterator](): Iterator<[string, PartWriter]> {
    return this.#open[Symbol.iterator]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const writer of this.#open.values()) await writer[Symbol.asyncDispose]()
  }
}

/** Names of features by revision. Undefined: no such revision was ever made here. */
type Known = { readonly signature: SignatureNames }

class Signatures {
  readonly #deps: Pick<ConvertDeps, 'store' | 'log'>
  readonly #known = new Map<string, Known | undefined>()

  constructor(deps: Pick<ConvertDeps, 'store' | 'log'>) {
    this.#deps = deps
  }

  async of(deploymentId: string, number: number): Promise<Known | undefined> {
    const key = `${deploymentId} ${number}`
    if (!this.#known.has(key)) this.#known.set(key, await this.#read(deploymentId, number))
    return this.#known.get(key)
  }

  async #read(deploymentId: string, number: number): Promise<Known | undefined> {
    const row = await this.#deps.store.read
      .selectFrom('revisions')
      .select('signature')
      .where('deployment_id', '=', deploymentId)
      .where('number', '=', number)
      .executeTakeFirst()
    if (!row) {
      this.#deps.log.error('segment.unknown_revision', { deployment: deploymentId, revision: number })
      return undefined
    }
    return { signature: row.signature as unknown as SignatureNames }
  }
}
