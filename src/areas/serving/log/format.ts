/**
 * A segment is `magic`, then frames. A frame is: u32 length of the payload, u32 CRC-32C of the payload, payload. The payload
 * begins with u8 schema version and u8 kind. All integers are little-endian.
 *
 * `owner` (first in a segment): JSON of the identity of the process that writes it.
 * `stream`: u16 number, then JSON of what many records share: deployment, revision, model version, names and datatypes.
 * `prediction`: what is its own, by reference to a stream before it (see `prediction.ts`).
 */
export const magic = Buffer.from('SLIPWAY1')
export const schemaVersion = 1
export const kinds = { owner: 1, stream: 2, prediction: 3 } as const
export const frameHeader = 8

/** Larger frames are taken for damage. */
export const frameLimit = 512 * 2 ** 20

/** What the predictions of one revision share. */
export interface Stream {
  readonly deploymentId: string
  readonly revision: number
  readonly modelVersionId: string
  readonly inputs: readonly StreamTensor[]
  readonly outputs: readonly StreamTensor[]
}

export interface StreamTensor {
  readonly name: string
  readonly datatype: string
}
