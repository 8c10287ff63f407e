import { extname } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { FileToRead } from '../artifacts/index.ts'

const languages: Readonly<Record<string, string>> = {
  '.py': 'python',
  '.json': 'json',
  '.ipynb': 'json',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.md': 'markdown',
  '.toml': 'toml',
  '.ini': 'ini',
  '.cfg': 'ini',
  '.js': 'javascript',
  '.ts': 'typescript',
  '.sh': 'shell',
  '.sql': 'sql',
  '.r': 'r',
  '.java': 'java',
  '.xml': 'xml',
  '.html': 'html',
  '.svg': 'xml',
  '.csv': 'csv',
  '.tsv': 'csv',
}
const yamlNames = ['mlmodel', 'mlproject']

/** The name of a language, for highlighting. */
export function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  return yamlNames.includes(name) ? 'yaml' : (languages[extname(name)] ?? 'text')
}

/** Some text of a file, cut between characters; undefined when the bytes are no text. */
export async function textOf(
  file: FileToRead,
  offset: number,
  limit: number,
): Promise<{ text: string; offset: number; next: number | null } | undefined> {
  const start = Math.min(offset, file.size)
  const end = Math.min(file.size, start + limit)
  const bytes = await buffer(await file.read({ start, end }))
  if (bytes.includes(0)) return undefined
  const first = start === 0 ? 0 : continuation(bytes)
  const last = end === file.size ? bytes.length : whole(bytes)
  const text = bytes.subarray(first, Math.max(first, last)).toString('utf8')
  const next = start + Math.max(first, last)
  return { text, offset: start + first, next: next >= file.size || next <= offset ? null : next }
}

/** How many bytes at the beginning belong to a character that began before. */
function continuation(bytes: Uint8Array): number {
  let count = 0
  while (count < 3 && count < bytes.length && ((bytes[count] ?? 0) & 0xc0) === 0x80) count += 1
  return count
}

/** How many bytes there are up to the end of the last whole character (UTF-8: RFC 3629). */
function whole(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
