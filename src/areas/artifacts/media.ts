import { extname } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.txt': 'text/plain',
  '.log': 'text/plain',
  '.py': 'text/plain',
  '.cfg': 'text/plain',
  '.ini': 'text/plain',
  '.md': 'text/plain',
  '.yaml': 'text/plain',
  '.yml': 'text/plain',
  '.mlmodel': 'text/plain',
  '.json': 'application/json',
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.html': 'text/html',
  '.xml': 'application/xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.pdf': 'application/pdf',
  '.zip': 'application/zip',
  '.gz': 'application/gzip',
}

/** The media type of a file by its name. */
export function mediaType(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (['mlmodel', 'mlproject'].includes(name.toLowerCase())) return 'text/plain'
  return types[extname(name).toLowerCase()] ?? 'application/octet-stream'
}

/**
 * Headers that keep a browser from running what it downloads (a file of a run may be any HTML or SVG), with a name
 * that survives in any alphabet (RFC 6266).
 */
export function downloadHeaders(path: string): Record<string, string> {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const ascii = name.replace(/[^\x20-\x7e]|["\\]/g, '_')
  const quoted = /^[\w!#$%&+.^`|~-]+$/.test(ascii) ? ascii : `"${ascii}"`
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
  const extended = ascii === name ? '' : `; filename*=UTF-8''${encoded}`
  return {
    'content-disposition': `attachment; filename=${quoted}${extended}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
  }
}
