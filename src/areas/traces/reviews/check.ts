import { SlipwayError } from '../../../base/error.ts'

export function invalid(message: string): SlipwayError {
  return new SlipwayError('invalid_argument', message)
}

/** In characters, as people count them. */
export function lengthOf(text: string): number {
  return [...text].length
}

/** A list of texts as messages show it. */
export function quoted(texts: readonly string[]): string {
  return `[${texts.map((text) => `'${text}'`).join(', ')}]`
}

/** Fails with `invalid_argument` for an empty text, and for one of more characters than `most`. */
export function checkText(text: string, what: string, most: number, beyond = 'characters'): void {
  if (text === '') throw invalid(`${what} must be a non-empty string; got ''.`)
  if (lengthOf(text) > most) {
    throw invalid(`${what} must be at most ${most} ${beyond}; got ${lengthOf(text)}.`)
  }
}

export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}
