import { closeSync, ftruncateSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { identify } from '../../../base/process.ts'
import { ByteWriter } from './bytes.ts'
import { kinds, magic } from './format.ts'
import { writeFrame } from './frame.ts'

export const openSuffix = '.open'
export const closedSuffix = '.segment'

/** A file that grows: what `write` returned from is in the kernel's hands and outlives this process. */
export class SegmentFile {
  readonly #directory: string
  readonly #name: string
  readonly #file: number
  #length = 0
  #hasRecords = false

  constructor(directory: string, name: string) {
    this.#directory = directory
    this.#name = name
    this.#file = openSync(this.#path(openSuffix), 'wx', 0o600)
    try {
      const writer = new ByteWriter(1024)
      writer.raw(magic)
      writeFrame(writer, kinds.owner, (payload) => payload.text(JSON.stringify(identify() ?? {})))
      this.#write(writer.view())
    } catch (error) {
      this.discard()
      throw error
    }
  }

  get length(): number {
    return this.#length
  }

  get isEmpty(): boolean {
    return !this.#hasRecords
  }

  /** All of `bytes` or, when it throws, nothing. */
  append(bytes: Uint8Array): void {
    this.#write(bytes)
    this.#hasRecords = true
  }

  /** Gives the file the name by which it is shipped. */
  close(): void {
    closeSync(this.#file)
    renameSync(this.#path(openSuffix), this.#path(closedSuffix))
  }

  discard(): void {
    closeSync(this.#file)
    unlinkSync(this.#path(openSuffix))
  }

  #write(bytes: Uint8Array): void {
    let written = 0
    try {
      while (written < bytes.length) {
        written += writeSync(this.#file, bytes, written, bytes.length - written, this.#length + written)
      }
    } catch (error) {
      if (written > 0) ftruncateSync(this.#file, this.#length)
      throw error
    }
    this.#length += written
  }

  #path(suffix: string): string {
    return join(this.#directory, this.#name + suffix)
  }
}
