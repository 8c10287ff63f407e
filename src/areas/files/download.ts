import type { Download } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import { byteRange, downloadHeaders, type FileToRead, mediaType } from '../artifacts/index.ts'

/**
 * A file shown on our own pages: it may run its own scripts and styles, as plots need, but in an origin of its own, where
 * it can reach neither the platform nor the network.
 */
const sandbox = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval'",
  "style-src 'unsafe-inline'",
  'img-src data: blob:',
  'font-src data:',
  'media-src data: blob:',
  "frame-ancestors 'self'",
].join('; ')

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** The bytes of a file, or the range of them that is asked for, as long as they are still the same. */
export async function downloadOf(file: FileToRead, headers: Headers, inline: boolean): Promise<Download> {
  const etag = `"${file.etag}"`
  const same = headers['if-range'] === undefined || headers['if-range'] === etag
  const range = same ? byteRange(headers.range, file.size) : undefined
  if (range === 'outside') {
    throw new SlipwayError('invalid_range', `The range lies outside the file of ${file.size} bytes`)
  }
  const common = {
    ...(inline ? inlineHeaders() : downloadHeaders(file.path)),
    'accept-ranges': 'bytes',
    etag,
  }
  const type = inline ? inlineType(file.path) : mediaType(file.path)
  if (range === undefined) return { stream: await file.read(), type, size: file.size, headers: common }
  return {
    stream: await file.read(range),
    status: 206,
    type,
    size: range.end - range.start,
    headers: { ...common, 'content-range': `bytes ${range.start}-${range.end - 1}/${file.size}` },
  }
}

function inlineHeaders(): Record<string, string> {
  return {
    'content-disposition': 'inline',
    'content-security-policy': sandbox,
    'x-frame-options': 'SAMEORIGIN',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  }
}

/** Only what the pages show is given its type; all else would be a page of this origin's, or is not to be shown. */
function inlineType(path: string): string {
  const type = mediaType(path)
  if (type.startsWith('image/') || type === 'application/pdf') return type
  return type === 'text/html' ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8'
}
