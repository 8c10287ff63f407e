/** CRC-32C (Castagnoli, RFC 3720 appendix B.4), four bytes at a time ("slicing"). */
const tables = makeTables()

export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const [t0, t1, t2, t3] = tables
  let crc = 0xffffffff
  let i = start
  for (const last = end - 3; i < last; i += 4) {
    crc ^=
      byte(bytes, i) | (byte(bytes, i + 1) << 8) | (byte(bytes, i + 2) << 16) | (byte(bytes, i + 3) << 24)
    crc =
      entry(t3, crc & 0xff) ^
      entry(t2, (crc >>> 8) & 0xff) ^
      entry(t1, (crc >>> 16) & 0xff) ^
      entry(t0, crc >>> 24)
  }
  for (; i < end; i++) crc = (crc >>> 8) ^ entry(t0, (crc ^ byte(bytes, i)) & 0xff)
  return ~crc >>> 0
}

function byte(bytes: Uint8Array, i: number): number {
  return bytes[i] as number
}

function entry(table: Uint32Array, i: number): number {
  return table[i] as number
}

function makeTables(): [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const first = new Uint32Array(256)
  for (let i = 0; i < 256; i++) {
    let crc = i
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
    first[i] = crc
  }
  const next = (table: Uint32Array) => table.map((crc) => (crc >>> 8) ^ entry(first, crc & 0xff))
  const second = next(first)
  const third = next(second)
  return [first, second, third, next(third)]
}
