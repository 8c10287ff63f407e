import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import { type Principal, system } from '../../base/principal.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import { mostParts, noUpload, type Part } from '../../blobs/parts.ts'
import type { Store, Tx } from '../../store/store.ts'
import { filePath } from './path.ts'
import { beginsWith, type StoredFile } from './reader.ts'
import { writeFile } from './writer.ts'

/** How long the addresses of parts are good: a client can't ask for new ones. In seconds. */
const partSeconds = 24 * 3600
/** For how long a file that was written to the object store is waited for after its address expired. In milliseconds. */
const patience = 24 * 3600_000

interface NewUpload {
  readonly principal: Principal
  readonly projectId: string
  readonly path: string
}

export interface BegunUpload {
  readonly id: string
  /** Where each part may be PUT; undefined where they come through `putPart`. */
  readonly addresses: readonly (string | undefined)[]
}

type Row = Awaited<ReturnType<ReturnType<typeof createUploads>['upload']>>

/** Files that arrive in parts, or at the object store itself. They are named once they are whole and were hashed. */
export function createUploads(deps: { store: Store; blobs: Blobs }) {
  const { store, blobs } = deps
  const finishing = new Map<string, Promise<StoredFile>>()

  async function upload(projectId: string | undefined, id: string) {
    const known = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
    const row = known
      ? await store.read.selectFrom('artifact_uploads').selectAll().where('id', '=', id).executeTakeFirst()
      : undefined
    if (row === undefined || (projectId !== undefined && row.project_id !== projectId)) throw noUpload()
    return row
  }

  async function begin(
    { principal, projectId, path }: NewUpload,
    row: { kind: 'parts' | 'whole'; parts: number; handle: string; seconds: number },
  ): Promise<string> {
    const id = uuidv7()
    const { kind, parts, handle, seconds } = row
    await store.transact(principal, async (tx) => {
      await tx.db
        .insertInto('artifact_uploads')
        .values({
          id,
          project_id: projectId,
          path: filePath(path),
          kind,
          parts,
          handle,
          created_by: principal.name,
          expires_at: new Date(tx.now.getTime() + seconds * 1000),
        })
        .execute()
      await tx.audit({
        action: 'artifact.upload',
        projectId,
        subjectType: 'artifact',
        subjectId: path,
        details: { upload: id, kind, parts },
      })
    })
    return id
  }

  async function beginParts(file: NewUpload, count: number): Promise<BegunUpload> {
    if (!(Number.isInteger(count) && count >= 1 && count <= mostParts)) {
      throw new SlipwayError('invalid_argument', `An upload has 1 to ${mostParts} parts, not ${count}.`)
    }
    filePath(file.path)
    const handle = await blobs.parts.begin(count)
    const id = await begin(file, { kind: 'parts', parts: count, handle, seconds: partSeconds })
    const addresses: (string | undefined)[] = []
    for (let part = 1; part <= count; part += 1) {
      addresses.push(await blobs.parts.address(handle, part, partSeconds))
    }
    return { id, addresses }
  }

  /** Takes in one part. Who may do so is for the caller to know. */
  async function putPart(
    id: string,
    part: number,
    bytes: AsyncIterable<Uint8Array>,
    options: { size: number; signal?: AbortSignal },
  ): Promise<Part> {
    return await blobs.parts.put(openHandle(await upload(undefined, id)), part, bytes, options)
  }

  /** Makes the parts one file. Asked again, it answers the same. */
  async function finishParts(by: NewUpload, id: string, parts: readonly Part[]): Promise<StoredFile> {
    const row = await upload(by.projectId, id)
    if (row.path !== by.path) throw noUpload()
    if (row.state === 'completed') return completed(row)
    const running = finishing.get(id) ?? finish(by.principal, row, parts).finally(() => finishing.delete(id))
    finishing.set(id, running)
    return await running
  }

  async function finish(principal: Principal, row: Row, parts: readonly Part[]): Promise<StoredFile> {
    const handle = openHandle(row)
    const info = await blobs.parts.finish(handle, parts)
    await store.transact(principal, (tx) => complete(tx, row, info))
    await blobs.parts.abort(handle)
    return { path: row.path, ...info }
  }

  async function abortParts(by: NewUpload, id: string): Promise<void> {
    const row = await upload(by.projectId, id)
    if (row.path !== by.path) throw noUpload()
    if (row.state !== 'open') return
    await blobs.parts.abort(row.handle)
    await store.housekeep((tx) => close(tx, id, { state: 'aborted' }))
  }

  /** The parts of an upload that have arrived, for who goes on with it. */
  async function parts(
    projectId: string,
    id: string,
  ): Promise<{ path: string; count: number; present: Part[] }> {
    const row = await upload(projectId, id)
    return { path: row.path, count: row.parts, present: await blobs.parts.present(openHandle(row)) }
  }

  /** An address to which a client may PUT a file; undefined where the storage can't be reached by clients. */
  async function beginWhole(file: NewUpload, seconds: number): Promise<string | undefined> {
    filePath(file.path)
    const address = await blobs.direct?.writeAddress({ seconds })
    if (address === undefined) return undefined
    await begin(file, { kind: 'whole', parts: 1, handle: address.upload, seconds })
    return address.url
  }

  /** Names what clients have written to the object store below a path since it was last looked at. */
  async function takeIn(projectId: string, path: string): Promise<void> {
    const { direct } = blobs
    if (direct === undefined) return
    const waiting = await store.read
      .selectFrom('artifact_uploads')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('kind', '=', 'whole')
      .where('state', '=', 'open')
      .where((e) => e.or([beginsWith(path === '' ? '' : `${path}/`), e('path', '=', path)]))
      .orderBy('id')
      .execute()
    for (const row of waiting) {
      const info = await direct.take(row.handle)
      if (info !== undefined) await store.transact(system('uploads'), (tx) => complete(tx, row, info))
    }
  }

  /** Frees uploads that were given up. */
  async function sweep(now: Date): Promise<number> {
    const old = await store.read
      .selectFrom('artifact_uploads')
      .selectAll()
      .where('state', '=', 'open')
      .where('expires_at', '<', new Date(now.getTime() - patience))
      .execute()
    for (const row of old) {
      await (row.kind === 'parts' ? blobs.parts.abort(row.handle) : blobs.direct?.forget(row.handle))
      await store.housekeep((tx) => close(tx, row.id, { state: 'aborted' }))
    }
    return old.length
  }

  return { upload, beginParts, putPart, finishParts, abortParts, parts, beginWhole, takeIn, sweep }
}

function openHandle(row: Row): string {
  if (row.state === 'open') return row.handle
  throw noUpload()
}

function completed(row: Row): StoredFile {
  return { path: row.path, digest: row.digest ?? '', size: Number(row.size) }
}

async function complete(tx: Tx, row: Row, info: { digest: string; size: number }): Promise<void> {
  await writeFile(tx, { projectId: row.project_id, path: row.path, ...info })
  await close(tx, row.id, { state: 'completed', ...info })
}

async function close(
  tx: Tx,
  id: string,
  end: { state: 'completed' | 'aborted'; digest?: string; size?: number },
): Promise<void> {
  await tx.db
    .updateTable('artifact_uploads')
    .set(end)
    .where('id', '=', id)
    .where('state', '=', 'open')
    .execute()
}
