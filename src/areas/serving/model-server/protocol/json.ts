import { isUtf8 } from 'node:buffer'
import { Problem } from './problem.ts'

/** No request nests deeper than data of the highest rank, inside an input, inside a request. */
export const deepest = 32

/**
 * Parses a JSON body. Integers that a double can't hold become bigint where the text says that there are 64-bit integers,
 * so that they reach the model as they were sent.
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new Problem(400, 'The request body is not UTF-8.')
  checkDepth(bytes)
  const text = bytes.toString('utf8')
  try {
    if (!text.includes('INT64"') || !/[0-9]{16}/.test(text)) return JSON.parse(text) as unknown
    return JSON.parse(text, lossless as Parameters<typeof JSON.parse>[1]) as unknown
  } catch (error) {
    throw new Problem(
      400,
      `failed to parse the request JSON: ${error instanceof Error ? error.message : error}`,
    )
  }
}

function lossless(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context.source ?? ''
  return /^-?[0-9]+$/.test(source) ? BigInt(source) : value
}

const [quote, backslash, openList, openObject, closeList, closeObject] = [0x22, 0x5c, 0x5b, 0x7b, 0x5d, 0x7d]

/** Deep nesting costs the parser much memory for few bytes. */
function checkDepth(bytes: Buffer): void {
  let depth = 0
  let inText = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (inText) {
      if (byte === backslash) i++
      else if (byte === quote) inText = false
    } else if (byte === quote) inText = true
    else if (byte === openList || byte === openObject) {
      if (++depth > deepest) throw new Problem(400, `The request JSON nests deeper than ${deepest} levels.`)
    } else if (byte === closeList || byte === closeObject) depth--
  }
}
