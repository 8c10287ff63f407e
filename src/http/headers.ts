/** On everything: nothing is sniffed, framed, embedded elsewhere or told where it was linked from. */
const always: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** Our pages load only what we serve; styles are set from code, hence 'unsafe-inline' for them alone. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  // Files of runs that are pages themselves, each in a sandbox of its own.
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** What the API answers is never a page: files of users, opened in a browser, can do nothing. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"

export function securityHeaders(kind: 'page' | 'data', tls: boolean): Readonly<Record<string, string>> {
  return {
    ...always,
    'content-security-policy': kind === 'page' ? pagePolicy : dataPolicy,
    ...(kind === 'data' ? { 'cache-control': 'no-store' } : {}),
    ...(tls ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}

/** `Content-Disposition` for a download: the name in both forms (RFC 6266), never able to break out of the header. */
export function attachment(filename: string): string {
  const plain = filename.replace(/[^\w.-]/g, '_').slice(0, 200)
  const exact = encodeURIComponent(filename.toWellFormed()).replace(/['()*]/g, percent)
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
