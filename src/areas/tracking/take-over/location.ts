import { climbs, parseLocation } from '../../artifacts/index.ts'

/** Locations that are of one machine, or of the server that the record comes from. */
const machines = ['', 'file', 'http', 'https', 'ftp', 'sftp']

/** The numbers of an experiment there and here, and where files of the project go. */
export interface Moved {
  readonly from: string
  readonly to: string
  /** What locations of new experiments begin with, without a slash at its end. */
  readonly home: string
}

/**
 * A location as it is kept here: the platform's own where it was the other server's or a path on some machine, else
 * the text as it was.
 */
export function ownOr(uri: string, own: string, moved: Moved): string {
  const { scheme, path } = parseLocation(uri)
  const rest = path.replace(/^\/+/, '')
  if (scheme !== 'mlflow-artifacts') return machines.includes(scheme) ? own : uri
  if (rest === '' || climbs(rest)) return own
  const [first = ''] = rest.split('/', 1)
  if (moved.from === moved.to || first !== moved.from) return `mlflow-artifacts:/${rest}`
  return `mlflow-artifacts:/${moved.to}${rest.slice(first.length)}`
}
