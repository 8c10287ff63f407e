import type { ByteWriter } from './bytes.ts'
import { crc32c } from './crc32c.ts'
import { frameHeader, frameLimit, schemaVersion } from './format.ts'

/** Appends one frame whose payload `write` makes. */
export function writeFrame(writer: ByteWriter, kind: number, write: (writer: ByteWriter) => void): void {
  const start = writer.length
  writer.u32(0)
  writer.u32(0)
  writer.u8(schemaVersion)
  writer.u8(kind)
  write(writer)
  const payload = writer.view(start + frameHeader)
  writer.setU32(start, payload.length)
  writer.setU32(start + 4, crc32c(payload))
}

/** The payload of the frame at `at`; undefined when it is cut off or damaged. */
export function frameAt(bytes: Buffer, at: number): Buffer | undefined {
  const length = frameLength(bytes, at)
  if (length === undefined || at + frameHeader + length > bytes.length) return undefined
  const payload = bytes.subarray(at + frameHeader, at + frameHeader + length)
  return crc32c(payload) === bytes.readUInt32LE(at + 4) ? payload : undefined
}

/** The length of the payload of the frame at `at`; undefined when the header is cut off or no frame can be so long. */
export function frameLength(bytes: Buffer, at: number): number | undefined {
  if (at + frameHeader > bytes.length) return undefined
  const length = bytes.readUInt32LE(at)
  return length < 2 || length > frameLimit ? undefined : length
}
