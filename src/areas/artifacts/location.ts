import { SlipwayError } from '../../base/error.ts'

/** A location as clients write it. The platform stores such text and opens none of it. */
export interface Location {
  /** In lower case; '' for a bare path. */
  readonly scheme: string
  readonly host: string
  readonly path: string
  readonly query: string
  readonly fragment: string
}

/** Schemes whose location names a host that a server would have to connect to. */
const hosted = ['ftp', 'sftp', 'hdfs', 'viewfs', 'http', 'https', 'mlflow-artifacts', 'r2', 'b2', 'abfss']

export function parseLocation(text: string): Location {
  const parts =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/.exec(text)
  const [, scheme = '', host = '', path = '', query = '', fragment = ''] = parts ?? []
  return { scheme: scheme.toLowerCase(), host, path, query, fragment }
}

/** Refuses a location that names a host; the platform's own (`mlflow-artifacts:/path`) names none. */
export function refuseHosted(text: string, field: string): void {
  const { scheme, host } = parseLocation(text)
  if (!hosted.includes(scheme) || (scheme === 'mlflow-artifacts' && host === '')) return
  throw new SlipwayError(
    'invalid_argument',
    `'${field}' cannot use the '${scheme}' scheme: the '${scheme}' scheme addresses a host other than the tracking ` +
      "server's configured artifact storage, so the server would connect to the host named in the URI",
  )
}

/** Checks what a client gives as the home of an experiment's files. */
export function checkLocation(text: string, field: string): void {
  const { scheme, path, query, fragment } = parseLocation(text)
  if (fragment !== '' || (path.split('/').at(-1)?.includes(';') ?? false)) {
    throw new SlipwayError('invalid_argument', `'${field}' URL can't include fragments or params.`)
  }
  if (decodeAll(query).includes('..')) throw new SlipwayError('invalid_argument', 'Invalid query string')
  refuseHosted(text, field)
  if (scheme === 'runs') {
    throw new SlipwayError('invalid_argument', `Artifact location cannot be a runs:/ URI. Given: '${text}'`)
  }
  if (text.includes('\0') || (scheme === 'mlflow-artifacts' && climbs(path))) {
    throw new SlipwayError('invalid_argument', `Invalid artifact location: '${text}'`)
  }
  if (text.length > 2048) {
    throw new SlipwayError(
      'invalid_argument',
      'Invalid artifact path length. The length of the artifact path cannot be greater than 2048 characters.',
    )
  }
}

/** A file on some machine, which one can't be told. */
export function isLocal(text: string): boolean {
  const { scheme } = parseLocation(text)
  return scheme === '' || scheme === 'file'
}

/** Whether a path climbs (`..`) or hides a NUL, however often it is encoded. */
export function climbs(text: string): boolean {
  const decoded = decodeAll(text.replaceAll('+', ' '))
  return decoded.includes('\0') || decoded.split(/[/\\]/).includes('..')
}

/** Undoes percent-encoding as often as it was applied; at most as often as the text is long. */
export function decodeAll(text: string): string {
  const decoded = text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (encoded) =>
    Buffer.from(encoded.replaceAll('%', ''), 'hex').toString('utf8'),
  )
  return decoded === text ? text : decodeAll(decoded)
}
