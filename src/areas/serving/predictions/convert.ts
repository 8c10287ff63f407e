import type { Attempt } from '../../../base/area.ts'
import { SlipwayError } from '../../../base/error.ts'
import type { ServingDeps } from '../deps.ts'
import { recordPart } from './part-writer.ts'
import { type PartFile, PartWriter } from './partfile.ts'
import type { PredictionRecord } from './record.ts'
import { rowsOf, type SignatureNames } from './row.ts'
import { openScratch, type Scratch } from './scratch.ts'

export interface ConvertDeps
  extends Pick<ServingDeps, 'store' | 'blobs' | 'columnar' | 'log' | 'tempDirectory'> {
  /** Reads a closed segment; fails with `invalid_data` when it is none. */
  readonly decode: (path: string) => AsyncIterable<PredictionRecord>
}

/**
 * Turns a segment into a Parquet part for each deployment in it. The parts and the segment's end are one transaction:
 * however often it is interrupted or repeated, each logged row is in one part.
 */
export async function convertSegment(deps: ConvertDeps, name: string, attempt: Attempt): Promise<void> {
  const { store, log } = deps
  const segment = await store.read
    .selectFrom('prediction_segments')
    .select(['digest', 'state'])
    .where('name', '=', name)
    .executeTakeFirst()
  if (segment?.state !== 'waiting') return
  try {
    await using scratch = await openScratch(deps.tempDirectory)
    const files = await makeFiles(deps, segment.digest, scratch, attempt.signal)
    await finish(deps, name, files, attempt)
    log.debug('segment.converted', { segment: name, deployments: files.size })
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'invalid_data') throw error
    await reject(deps, name, error.message, attempt)
    log.error('segment.rejected', { segment: name, error })
  }
}

async function makeFiles(
  deps: ConvertDeps,
  digest: string,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PartFile>> {
  await using writers = new Writers(scratch)
  const signatures = new Signatures(deps)
  for await (const record of deps.decode(await deps.blobs.localPath(digest))) {
    signal.throwIfAborted()
    const revision = await signatures.of(record.deploymentId, record.revision)
    if (!revision) continue
    const writer = await writers.of(record.deploymentId)
    const full = { ...record, modelVersionId: record.modelVersionId ?? revision.modelVersionId }
    await writer.add(record.time, rowsOf(full, revision.signature, writer.columns))
  }
  const files = new Map<string, PartFile>()
  for (const [deploymentId, writer] of writers) files.set(deploymentId, await writer.finish(deps, signal))
  return files
}

async function finish(
  { store }: ConvertDeps,
  name: string,
  files: ReadonlyMap<string, PartFile>,
  attempt: Attempt,
): Promise<void> {
  await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    const ended = await tx.db
      .updateTable('prediction_segments')
      .set({ state: 'converted', converted_at: tx.now })
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

async function reject({ store }: ConvertDeps, name: string, error: string, attempt: Attempt): Promise<void> {
  await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    await tx.db
      .updateTable('prediction_segments')
      .set({ state: 'rejected', error })
      .where('name', '=', name)
      .execute()
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

interface RevisionNames {
  readonly modelVersionId: string
  readonly signature: SignatureNames
}

/** Names of features by revision. Undefined: no such revision was ever made here. */
class Signatures {
  readonly #deps: Pick<ConvertDeps, 'store' | 'log'>
  readonly #known = new Map<string, RevisionNames | undefined>()

  constructor(deps: Pick<ConvertDeps, 'store' | 'log'>) {
    this.#deps = deps
  }

  async of(deploymentId: string, number: number): Promise<RevisionNames | undefined> {
    const key = `${deploymentId} ${number}`
    if (!this.#known.has(key)) this.#known.set(key, await this.#read(deploymentId, number))
    return this.#known.get(key)
  }

  async #read(deploymentId: string, number: number): Promise<RevisionNames | undefined> {
    const row = await this.#deps.store.read
      .selectFrom('revisions')
      .select(['model_version_id', 'signature'])
      .where('deployment_id', '=', deploymentId)
      .where('number', '=', number)
      .executeTakeFirst()
    if (!row) {
      this.#deps.log.error('segment.unknown_revision', { deployment: deploymentId, revision: number })
      return undefined
    }
    return { modelVersionId: row.model_version_id, signature: row.signature as unknown as SignatureNames }
  }
}
