import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SlipwayError } from '../../base/error.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import { mlmodelOf, textOf } from './contents.ts'
import { declaredSignature } from './mlmodel-signature.ts'
import { type ModelFile, type Signature, servedFile } from './model.ts'
import { withColumns } from './signature.ts'

/** Loads an ONNX file apart from this process and tells its tensors. Fails with `invalid_model`. */
export type InspectModel = (path: string) => Promise<Signature>

/**
 * The signature of a version's files: read from the ONNX model itself, columns from an MLmodel file beside it. Of other
 * flavors it is what MLmodel declares.
 */
export async function inspectFiles(
  deps: { blobs: Blobs; inspectModel: InspectModel },
  files: readonly ModelFile[],
): Promise<Signature | undefined> {
  const served = servedFile(files)
  const beside = mlmodelOf(files)
  if (served === undefined) return beside && declaredSignature(await textOf(deps.blobs, beside))
  const { inputs, outputs } = await deps.inspectModel(await deps.blobs.localPath(served.digest))
  const signature: Signature = { inputs: [...inputs], outputs: [...outputs] }
  const described = files.find(
    (file) => file.path === besides(served.path, 'MLmodel') && file.size < 1_000_000,
  )
  if (described === undefined) return signature
  return withColumns(signature, await textOf(deps.blobs, described))
}

function besides(path: string, name: string): string {
  return path.includes('/') ? `${path.slice(0, path.lastIndexOf('/'))}/${name}` : name
}

/** Up to so many bytes are read again when a version is made of them; of more only presence and size are checked. */
const mostRead = 1024 ** 3

/** Whether the bytes are there and are what their digests say. Fails with `blob_missing` or `blob_corrupt`. */
export async function checkFiles(
  blobs: Pick<Blobs, 'get' | 'stat'>,
  files: readonly ModelFile[],
): Promise<void> {
  const byDigest = new Map(files.map((file) => [file.digest, file]))
  const total = [...byDigest.values()].reduce((sum, file) => sum + file.size, 0)
  for (const { digest, size } of byDigest.values()) {
    // a reader of a blob fails at its end when the bytes hash to something else
    if (total <= mostRead) await pipeline(await blobs.get(digest), nowhere())
    else if ((await blobs.stat(digest))?.size !== size) {
      throw new SlipwayError('blob_missing', `The blob ${digest} is not in the store as it was written.`)
    }
  }
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}
