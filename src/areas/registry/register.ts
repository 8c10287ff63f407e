import { readFile } from 'node:fs/promises'
import type { Blobs } from '../../blobs/blobs.ts'
import { type ModelFile, type Signature, servedFile } from './model.ts'
import { withColumns } from './signature.ts'

/** Loads an ONNX file apart from this process and tells its tensors. Fails with `invalid_model`. */
export type InspectModel = (path: string) => Promise<Signature>

/** The signature of a version's files: read from the model itself, columns from an MLmodel file beside it. */
export async function inspectFiles(
  deps: { blobs: Blobs; inspectModel: InspectModel },
  files: readonly ModelFile[],
): Promise<Signature | undefined> {
  const served = servedFile(files)
  if (served === undefined) return undefined
  const { inputs, outputs } = await deps.inspectModel(await deps.blobs.localPath(served.digest))
  const signature: Signature = { inputs: [...inputs], outputs: [...outputs] }
  const described = files.find(
    (file) => file.path === besides(served.path, 'MLmodel') && file.size < 1_000_000,
  )
  if (described === undefined) return signature
  return withColumns(signature, await readFile(await deps.blobs.localPath(described.digest), 'utf8'))
}

function besides(path: string, name: string): string {
  return path.includes('/') ? `${path.slice(0, path.lastIndexOf('/'))}/${name}` : name
}
