import { sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Tx } from '../../store/store.ts'
import { refuseHeldFiles } from '../holds/index.ts'
import { beginsWith, type StoredFile } from './reader.ts'

export interface NewFile extends StoredFile {
  readonly projectId: string
}

/** Names bytes that are already in the blob store; a file of that path is replaced. */
export async function writeFile(tx: Tx, file: NewFile): Promise<void> {
  await refuseHeldReplacement(tx, file)
  await refuseFileAsDirectory(tx, file)
  await tx.db
    .insertInto('artifact_files')
    .values({
      project_id: file.projectId,
      path: file.path,
      digest: file.digest,
      size: file.size,
      created_by: tx.principal.name,
    })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'path']).doUpdateSet({
        digest: file.digest,
        size: file.size,
        created_at: tx.now,
        created_by: tx.principal.name,
      }),
    )
    .execute()
  await tx.audit({
    action: 'artifact.write',
    projectId: file.projectId,
    subjectType: 'artifact',
    subjectId: file.path,
    details: { digest: file.digest, size: file.size },
  })
}

/** Removes the file of that path, or all below it, also `elsewhere`. Fails with `held`. Returns how many there were. */
export async function removeFiles(
  tx: Tx,
  projectId: string,
  path: string,
  elsewhere: () => Promise<number> = async () => 0,
): Promise<number> {
  await refuseHeldFiles(tx, path)
  const removed = await tx.db
    .deleteFrom('artifact_files')
    .where('project_id', '=', projectId)
    .where((e) => e.or([beginsWith(`${path}/`), e('path', '=', path)]))
    .executeTakeFirst()
  const count = Number(removed.numDeletedRows) + (await elsewhere())
  await tx.audit({
    action: 'artifact.delete',
    projectId,
    subjectType: 'artifact',
    subjectId: path,
    details: { files: count },
  })
  return count
}

/** What a hold keeps may be added to, but not changed. */
async function refuseHeldReplacement(tx: Tx, file: NewFile): Promise<void> {
  const known = await tx.db
    .selectFrom('artifact_files')
    .select('digest')
    .where('project_id', '=', file.projectId)
    .where('path', '=', file.path)
    .executeTakeFirst()
  if (known !== undefined && known.digest !== file.digest) await refuseHeldFiles(tx, file.path)
}

async function refuseFileAsDirectory(tx: Tx, file: NewFile): Promise<void> {
  const segments = file.path.split('/')
  const parents = segments.slice(0, -1).map((_, index) => segments.slice(0, index + 1).join('/'))
  const clash = await tx.db
    .selectFrom('artifact_files')
    .select('path')
    .where('project_id', '=', file.projectId)
    .where((e) =>
      e.or([
        beginsWith(`${file.path}/`),
        parents.length === 0 ? sql<boolean>`false` : e('path', 'in', parents),
      ]),
    )
    .limit(1)
    .executeTakeFirst()
  if (clash === undefined) return
  throw new SlipwayError(
    'invalid_argument',
    `Invalid path: '${file.path}' and '${clash.path}' can't both be files`,
  )
}
