import { createReadStream } from 'node:fs'
import { SlipwayError } from '../../../base/error.ts'
import { ByteReader } from './bytes.ts'
import { frameHeader, kinds, magic, type Stream, schemaVersion } from './format.ts'
import { frameAt, frameLength } from './frame.ts'
import { readPrediction } from './prediction.ts'
import type { PredictionRecord } from './record.ts'

/** The records of a closed segment's file, in the order in which they were answered. */
export function readSegment(path: string): AsyncGenerator<PredictionRecord> {
  return decodeSegment(createReadStream(path, { highWaterMark: 1 << 20 }))
}

/**
 * The records of a closed segment, given whole or in pieces. Fails with `invalid_data` on damage: a torn tail was cut off
 * before a segment was closed.
 */
export async function* decodeSegment(
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
): AsyncGenerator<PredictionRecord> {
  const decoder = new Decoder()
  for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) yield* decoder.push(chunk)
  decoder.end()
}

class Decoder {
  readonly #streams: Stream[] = []
  #rest: Buffer = Buffer.alloc(0)
  #offset = 0
  #begun = false

  end(): void {
    if (this.#rest.length > 0 || !this.#begun) throw damaged(this.#offset)
  }

  *push(chunk: Uint8Array): Generator<PredictionRecord> {
    const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.#rest = this.#rest.length === 0 ? view : Buffer.concat([this.#rest, view])
    if (!this.#begun && !this.#begin()) return
    let at = 0
    for (;;) {
      const length = frameLength(this.#rest, at)
      if (length === undefined && at + frameHeader <= this.#rest.length) throw damaged(this.#offset + at)
      if (length === undefined || at + frameHeader + length > this.#rest.length) break
      const payload = frameAt(this.#rest, at)
      if (!payload) throw damaged(this.#offset + at)
      const record = this.#frame(payload, this.#offset + at)
      if (record) yield record
      at += frameHeader + length
    }
    this.#rest = this.#rest.subarray(at)
    this.#offset += at
  }

  #begin(): boolean {
    if (this.#rest.length < magic.length) return false
    if (!this.#rest.subarray(0, magic.length).equals(magic)) throw damaged(0)
    this.#rest = this.#rest.subarray(magic.length)
    this.#offset = magic.length
    this.#begun = true
    return true
  }

  #frame(payload: Buffer, at: number): PredictionRecord | undefined {
    const reader = new ByteReader(payload)
    const version = reader.u8()
    if (version > schemaVersion) {
      throw new SlipwayError('invalid_data', `The segment has frames of the newer schema version ${version}.`)
    }
    const kind = reader.u8()
    try {
      if (kind === kinds.prediction) return readPrediction(reader, this.#streams)
      if (kind === kinds.stream) this.#streams[reader.u16()] = JSON.parse(reader.text()) as Stream
    } catch (error) {
      throw damaged(at, error)
    }
    return undefined
  }
}

function damaged(at: number, cause?: unknown): SlipwayError {
  return new SlipwayError('invalid_data', `The segment is damaged at byte ${at}.`, { cause, facts: { at } })
}
