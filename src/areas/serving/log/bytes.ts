/** A buffer that grows as it is written to, little-endian. */
export class ByteWriter {
  #bytes: Buffer
  #length = 0

  constructor(capacity = 64 * 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** What was written; valid until the next write. */
  view(start = 0): Buffer {
    return this.#bytes.subarray(start, this.#length)
  }

  /** Forgets what was written from `length` on. */
  truncate(length: number): void {
    this.#length = length
  }

  u8(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  u16(value: number): void {
    this.#reserve(2)
    this.#length = this.#bytes.writeUInt16LE(value, this.#length)
  }

  u32(value: number): void {
    this.#reserve(4)
    this.#length = this.#bytes.writeUInt32LE(value, this.#length)
  }

  f64(value: number): void {
    this.#reserve(8)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
  }

  hex(value: string, bytes: number): void {
    this.#reserve(bytes)
    this.#bytes.write(value, this.#length, bytes, 'hex')
    this.#length += bytes
  }

  /** u32 length, then UTF-8. */
  text(value: string): void {
    const bytes = Buffer.byteLength(value)
    this.#reserve(4 + bytes)
    this.#length = this.#bytes.writeUInt32LE(bytes, this.#length)
    this.#bytes.write(value, this.#length, bytes, 'utf8')
    this.#length += bytes
  }

  raw(value: Uint8Array): void {
    this.#reserve(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }

  setU32(at: number, value: number): void {
    this.#bytes.writeUInt32LE(value, at)
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}

/** Reads what a ByteWriter wrote; throws a RangeError beyond the end. */
export class ByteReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#skip(1))
  }

  u16(): number {
    return this.#bytes.readUInt16LE(this.#skip(2))
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#skip(4))
  }

  f64(): number {
    return this.#bytes.readDoubleLE(this.#skip(8))
  }

  hex(bytes: number): string {
    const at = this.#skip(bytes)
    return this.#bytes.toString('hex', at, at + bytes)
  }

  text(): string {
    const bytes = this.u32()
    const at = this.#skip(bytes)
    return this.#bytes.toString('utf8', at, at + bytes)
  }

  raw(bytes: number): Buffer {
    const at = this.#skip(bytes)
    return this.#bytes.subarray(at, at + bytes)
  }

  #skip(bytes: number): number {
    const at = this.#at
    if (at + bytes > this.#bytes.length) throw new RangeError('The frame ends too early.')
    this.#at = at + bytes
    return at
  }
}
