import { closeSync, openSync, writeSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

/** What is kept of the end of a log that was too long. */
const tailBytes = 64 * 1024

/** The log of a job: appended at once, bounded, with the end kept even when the middle is not. */
export interface LogFile {
  write(bytes: Uint8Array): void
  /** A line of the platform's own. */
  note(line: string): void
  /** The last lines, for a message to people. */
  lastLines(count: number): string[]
  close(): void
}

export function openLogFile(path: string, maxBytes: number): LogFile {
  const file = openSync(path, 'a', 0o600)
  const head = Math.max(0, maxBytes - tailBytes)
  const tail = createTail()
  let written = 0
  let dropped = 0

  const append = (bytes: Uint8Array) => {
    const room = dropped > 0 ? 0 : Math.max(0, head - written)
    const kept = writeUpTo(file, bytes.subarray(0, room))
    written += kept
    dropped += bytes.length - kept
    tail.add(bytes)
  }
  return {
    write: append,
    note: (line) => append(Buffer.from(`[slipway] ${line}\n`)),
    lastLines: (count) => printable(tail.last(8 * 1024).toString('utf8')).slice(-count),
    close() {
      if (dropped > 0) {
        const end = tail.last(Math.min(dropped, tailBytes))
        const lost = dropped - end.length
        if (lost > 0)
          writeUpTo(file, Buffer.from(`\n[slipway] ${lost} bytes of output are not kept; the end follows.\n`))
        writeUpTo(file, end)
      }
      closeSync(file)
    },
  }
}

/** A full disk must not end the job: returns how many bytes it still took. */
function writeUpTo(file: number, bytes: Uint8Array): number {
  let offset = 0
  try {
    while (offset < bytes.length) offset += writeSync(file, bytes, offset)
  } catch {
    // What could not be written may fit at the end, when the job's files are gone.
  }
  return offset
}

function createTail() {
  let chunks: Uint8Array[] = []
  let held = 0
  return {
    add(bytes: Uint8Array) {
      // A copy: chunks of a socket are slices of larger buffers, which they would keep alive.
      chunks.push(Buffer.from(bytes.subarray(-tailBytes)))
      held += Math.min(bytes.length, tailBytes)
      if (held < 2 * tailBytes && chunks.length < 4096) return
      const joined = Buffer.concat(chunks).subarray(-tailBytes)
      chunks = [joined]
      held = joined.length
    },
    last: (count: number) => Buffer.concat(chunks).subarray(-count || held),
  }
}

/** Without terminal escapes and other control characters, which would act on the reader's terminal. */
function printable(text: string): string[] {
  const plain = stripVTControlCharacters(text).replace(/[^\P{Cc}\t\n]/gu, '')
  return plain.split('\n').filter((line) => line.trim() !== '')
}
