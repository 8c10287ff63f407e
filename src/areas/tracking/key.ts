import { posix } from 'node:path'
import { SlipwayError } from '../../base/error.ts'

export const limits = {
  key: 250,
  /** Longer values are cut, as MLflow does by default. */
  param: 6000,
  tag: 8000,
  experimentName: 500,
  experimentTag: 20000,
  metricsPerBatch: 1000,
  paramsPerBatch: 100,
  tagsPerBatch: 100,
  entriesPerBatch: 1000,
} as const

/** As JSON on one line, sorted and in ASCII: how MLflow's messages show a value. */
export function shown(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/**
 * Checks the key of a metric, parameter or tag; `path` says where it stands, for the message. `what` names it when it
 * is too long.
 */
export function checkKey(key: string, path: string, what: string): void {
  if (!/^[/\p{L}\p{N}_.\- :]*$/u.test(key)) {
    throw invalid(
      path,
      key,
      'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.),' +
        ' spaces ( ), colon(:) and slashes (/).',
    )
  }
  const normal = normalPath(key)
  if (normal !== key || normal === '.' || normal.startsWith('..') || normal.startsWith('/')) {
    throw invalid(
      path,
      key,
      'Names may be treated as files in certain cases, and must not resolve to other names when treated as such. ' +
        `This name would resolve to '${normal}'`,
    )
  }
  if (key.length > limits.key) {
    throw new SlipwayError(
      'invalid_argument',
      `'${what}' exceeds the maximum length of ${limits.key} characters`,
    )
  }
}

/** Like Python's posixpath.normpath: without a trailing slash. */
function normalPath(text: string): string {
  const normal = posix.normalize(text)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}

/** A value as it is stored: cut to the limit; PostgreSQL keeps no NUL. */
export function storedText(value: string, limit: number, path: string): string {
  if (value.includes('\0')) {
    throw invalid(path, value, 'It must not contain the character U+0000.')
  }
  return value.length > limit ? value.slice(0, limit) : value
}

function invalid(path: string, value: string, message: string): SlipwayError {
  return new SlipwayError(
    'invalid_argument',
    `Invalid value ${shown(value)} for parameter '${path}' supplied: ${message}`,
  )
}
