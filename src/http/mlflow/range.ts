import { MlflowError } from './failure.ts'

export interface ByteRange {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** The one range that a request asks for (RFC 9110); undefined for all of it. Several ranges are answered with all. */
export function rangeOf(header: string | string[] | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(typeof header === 'string' ? header : '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  if (start < end) return { start, end }
  throw new MlflowError('BAD_REQUEST', `The range ${header} lies outside the file of ${size} bytes`)
}
