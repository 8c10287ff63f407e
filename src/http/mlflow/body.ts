import { isLosslessNumber, parse } from 'lossless-json'
import { MlflowError } from './failure.ts'

export { isLosslessNumber }

/** The JSON of a request: read fast, and once more exactly when numbers matter to the last digit. */
export interface Body {
  readonly value: unknown
  /** Numbers as `LosslessNumber`, with their text: for int64 beyond 2^53 and for messages (`9.0` is not `9`). */
  exact(): unknown
}

/** Takes what Python's json module takes: bare NaN and Infinity too, and JSON in a JSON string. */
export function parseBody(text: string): Body {
  if (text.trim() === '') return { value: {}, exact: () => ({}) }
  const exact = () =>
    unwrapped(
      guarded(() => parse(quoteBare(text))),
      (inner) => parse(quoteBare(inner)),
    )
  const fast = (source: string): unknown => JSON.parse(source)
  // Sixteen digits may be more than a number holds.
  if (/\d{16}/.test(text)) return { value: exact(), exact }
  try {
    return { value: unwrapped(fast(text), fast), exact }
  } catch {
    return { value: exact(), exact }
  }
}

/** Older clients send their JSON as a string within JSON. */
function unwrapped(value: unknown, read: (text: string) => unknown): unknown {
  return typeof value === 'string' ? guarded(() => read(value)) : value
}

function guarded(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    const reason = error instanceof RangeError ? 'it is nested too deep' : 'it is not valid JSON'
    throw new MlflowError('BAD_REQUEST', `The request body can't be read: ${reason}.`)
  }
}

function quoteBare(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (part) =>
    part.startsWith('"') ? part : `"${part}"`,
  )
}
