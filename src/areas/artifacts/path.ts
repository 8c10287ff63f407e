import { SlipwayError } from '../../base/error.ts'

/** Less than what an entry of a PostgreSQL index holds. */
const longest = 2000

/**
 * The one form of a path under which a file is kept: decoded, `a/b/c`. A path is a name and never reaches a file
 * system; it is checked as if it did, because clients write what they download below a directory of theirs.
 * Percent-encoding is undone as often as it was applied. Fails with `invalid_argument`.
 */
export function artifactPath(text: string): string {
  const decoded = decodeFully(text)
  const segments = decoded.split('/')
  const unsafe =
    decoded.startsWith('/') ||
    /[\\#\p{Cc}]/u.test(decoded) ||
    /^[A-Za-z]:/.test(decoded) ||
    /^[A-Za-z][A-Za-z0-9+.-]*:\//.test(decoded) ||
    segments.includes('..')
  if (unsafe) throw new SlipwayError('invalid_argument', 'Invalid path')
  const path = segments.filter((segment) => segment !== '' && segment !== '.').join('/')
  if (Buffer.byteLength(path) > longest) {
    throw new SlipwayError('invalid_argument', `Invalid path: longer than ${longest} bytes`)
  }
  return path
}

/** Like `artifactPath`, of a file: never empty. */
export function filePath(text: string): string {
  const path = artifactPath(text)
  if (path === '') throw new SlipwayError('invalid_argument', 'Invalid path: it names no file')
  return path
}

export function joinPath(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/')
}

function decodeFully(text: string): string {
  let path = text
  for (let round = 0; round < 10; round += 1) {
    const decoded = decodeOnce(path)
    if (decoded === path) return path
    path = decoded
  }
  throw new SlipwayError('invalid_argument', 'Invalid path')
}

/** What is not valid percent-encoding stays as it is, as in Python's unquote. */
function decodeOnce(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (encoded) =>
    Buffer.from(encoded.replaceAll('%', ''), 'hex').toString('utf8'),
  )
}
