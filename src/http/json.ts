import { SlipwayError } from '../base/error.ts'

const maxDepth = 32
const poison = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Parses a JSON body and refuses what would cause harm further in: keys that reach prototypes, nesting without end,
 * numbers that became infinite, and strings that PostgreSQL can't hold.
 */
export function parseJson(text: string): unknown {
  const value = parse(text)
  inspect(value)
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : ''
    throw new SlipwayError('invalid_argument', `The body is not JSON: ${detail}`)
  }
}

/** Walks with a stack of its own, so that depth costs no call stack. */
function inspect(root: unknown): void {
  const open: { value: unknown; path: string; depth: number }[] = [{ value: root, path: 'body', depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path, depth } = next
    if (typeof value === 'string') checkText(value, path)
    if (typeof value === 'number' && !Number.isFinite(value)) throw bad(path, 'the number is too large')
    if (typeof value !== 'object' || value === null) continue
    if (depth >= maxDepth) throw bad(path, `nested more than ${maxDepth} levels deep`)
    for (const [key, inner] of Object.entries(value)) {
      if (poison.has(key)) throw bad(path, `the key \`${key}\` is not allowed`)
      checkText(key, path)
      open.push({
        value: inner,
        path: Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`,
        depth: depth + 1,
      })
    }
  }
}

function checkText(text: string, path: string): void {
  if (text.includes('\0')) throw bad(path, 'text must not contain the character U+0000')
  if (!text.isWellFormed()) throw bad(path, 'text must be well-formed Unicode')
}

function bad(field: string, message: string): SlipwayError {
  const short = field.length > 200 ? `${field.slice(0, 200)}…` : field
  return new SlipwayError('invalid_argument', `${short}: ${message}.`, { facts: { field: short } })
}
