import { createReadStream, createWriteStream, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Upload } from '../client/client.ts'
import { type Outcome, said } from './command.ts'
import { bytes } from './format.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage.ts'

/** The text of a small file that the user named. */
export function readText(terminal: Terminal, file: string): string {
  const path = checked(terminal, file)
  return readFileSync(path, 'utf8')
}

/** A file that the user named, as a stream to send. */
export function openUpload(terminal: Terminal, file: string): Upload {
  return Readable.toWeb(createReadStream(checked(terminal, file))) as ReadableStream<Uint8Array>
}

function checked(terminal: Terminal, file: string): string {
  const path = resolve(terminal.directory, file)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw new UsageError(`There is no file ${path}.`, 'slipway --help')
  if (!found.isFile()) throw new UsageError(`${path} is not a file.`, 'slipway --help')
  return path
}

/** Writes a download to a file, or passes it on to standard output for `-`. */
export async function saveStream(response: Response, file: string, terminal: Terminal): Promise<Outcome> {
  const body = Readable.fromWeb(
    (response.body ?? new ReadableStream()) as import('node:stream/web').ReadableStream,
  )
  if (file === '-') return { stream: body }
  const path = resolve(terminal.directory, file)
  await pipeline(body, createWriteStream(path))
  const { size } = statSync(path)
  return said({ file: path, size }, `Wrote ${path} (${bytes(size)}).`)
}
