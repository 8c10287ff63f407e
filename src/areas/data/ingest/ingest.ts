import { createHash } from 'node:crypto'
import type { Attempt } from '../../../base/area.ts'
import { SlipwayError } from '../../../base/error.ts'
import type { Principal } from '../../../base/principal.ts'
import type { DatasetVersion, SchemaColumn, VersionSource } from '../../../contract/data.ts'
import type { Store } from '../../../store/store.ts'
import { profileParts } from '../profile.ts'
import { readVersion, readVersionIdByKey } from '../reader.ts'
import { insertVersion, lockDataset } from '../writer.ts'
import { type ConvertDeps, convert, type Part } from './convert.ts'

export interface Ingest {
  readonly principal: Principal
  readonly projectId: string
  /** Made if there is none of this name. */
  readonly dataset: string
  readonly blobs: readonly { readonly digest: string; readonly filename: string }[]
  readonly mode: 'append' | 'replace'
  /** A second ingest with the same key answers the first one's version. */
  readonly source: {
    readonly kind: string
    readonly key?: string
    readonly details?: Record<string, unknown>
  }
  readonly fence?: Attempt
}

export interface IngestDeps extends ConvertDeps {
  readonly store: Store
}

interface Content {
  readonly previous: DatasetVersion | undefined
  readonly schema: readonly SchemaColumn[]
  readonly added: readonly Part[]
}

/** Others may append at the same time; each round that fails means that one of them got on. */
const rounds = 10

/** Makes a version of CSV and Parquet files, in one transaction; nothing is left of one that fails. */
export async function ingest(deps: IngestDeps, request: Ingest): Promise<DatasetVersion> {
  if (request.blobs.length === 0)
    throw new SlipwayError('invalid_argument', 'There is no file to make a version of.')
  const done = await versionOfKey(deps.store, request)
  if (done !== undefined) return done
  let content = await convertAll(deps, request)
  for (let round = 0; round < rounds; round += 1) {
    const id = await commit(deps, request, content)
    if (id !== undefined) return await versionById(deps.store, id)
    content = await afterAnother(deps, request, content)
  }
  throw new SlipwayError(
    'conflict',
    `Too many versions of "${request.dataset}" are being made at the same time.`,
  )
}

async function versionOfKey(store: Store, request: Ingest): Promise<DatasetVersion | undefined> {
  const { key } = request.source
  if (key === undefined) return undefined
  const id = await readVersionIdByKey(store.read, request.projectId, request.dataset, key)
  return id === undefined ? undefined : await versionById(store, id)
}

async function convertAll(deps: IngestDeps, request: Ingest): Promise<Content> {
  const previous = await latest(deps.store, request)
  let schema: readonly SchemaColumn[] | undefined = previous?.schema
  const added: Part[] = []
  for (const { digest, filename } of request.blobs) {
    const converted = await convert(deps, { path: await deps.blobs.localPath(digest), filename }, schema)
    schema = converted.schema
    added.push(converted.part)
  }
  return { previous, schema: schema ?? [], added }
}

/** What was converted stays good for another predecessor of the same schema; else it is converted anew. */
async function afterAnother(deps: IngestDeps, request: Ingest, content: Content): Promise<Content> {
  const previous = await latest(deps.store, request)
  const same = JSON.stringify(previous?.schema) === JSON.stringify(content.schema)
  return same ? { ...content, previous } : await convertAll(deps, request)
}

async function latest(store: Store, request: Ingest): Promise<DatasetVersion | undefined> {
  if (request.mode === 'replace') return undefined
  const { projectId, dataset } = request
  return await readVersion(store.read, { projectId, dataset, version: 'latest' })
}

/** Undefined when another version came in between. */
async function commit(deps: IngestDeps, request: Ingest, content: Content): Promise<string | undefined> {
  const parts = [...(content.previous?.parts ?? []), ...content.added]
  const paths = await Promise.all(parts.map((part) => deps.blobs.localPath(part.digest)))
  const profile = await profileParts(deps.columnar, content.schema, paths)
  const source = await sourceOf(deps, request, content.previous)
  // The version that is there when the transaction has nothing to write; it must not be audited then.
  const settled = Symbol('settled')
  let existing: string | undefined
  try {
    return await deps.store.transact(request.principal, async (tx) => {
      if (request.fence !== undefined) await tx.fence(request.fence)
      const dataset = await lockDataset(tx, request.projectId, request.dataset)
      existing =
        source.key === undefined
          ? undefined
          : await readVersionIdByKey(tx.db, request.projectId, request.dataset, source.key)
      const overtaken = request.mode === 'append' && dataset.lastVersion !== (content.previous?.version ?? 0)
      if (existing !== undefined || overtaken) throw settled
      return await insertVersion(tx, dataset.id, dataset.lastVersion + 1, {
        projectId: request.projectId,
        dataset: request.dataset,
        digest: manifestDigest(content.schema, parts),
        mode: request.mode,
        schema: content.schema,
        parts,
        profile,
        source,
      })
    })
  } catch (error) {
    if (error !== settled) throw error
    return existing
  }
}

async function sourceOf(
  deps: IngestDeps,
  request: Ingest,
  previous: DatasetVersion | undefined,
): Promise<VersionSource> {
  const files = request.blobs.map(async ({ digest, filename }) => {
    const size = (await deps.blobs.stat(digest))?.size ?? 0
    return { filename, digest, size }
  })
  return {
    ...request.source,
    files: await Promise.all(files),
    by: request.principal.name,
    ...(previous === undefined ? {} : { parent: previous.version }),
  }
}

/** Names the content: what was computed from one version holds for every other with the same digest. */
function manifestDigest(schema: readonly SchemaColumn[], parts: readonly Part[]): string {
  const manifest = {
    schema: schema.map(({ name, type }) => [name, type]),
    parts: parts.map(({ digest, rows }) => [digest, rows]),
  }
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex')
}

async function versionById(store: Store, id: string): Promise<DatasetVersion> {
  const version = await readVersion(store.read, { id })
  if (version === undefined) throw new Error(`The dataset version ${id} was committed and is not there.`)
  return version
}
