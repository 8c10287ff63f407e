import { createHash } from 'node:crypto'
import type { SourceFile } from './source.ts'

/** SHA-256 of a value whatever the order of its keys. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(stable(value)).digest('hex')
}

export async function digestOfFile(file: SourceFile): Promise<{ digest: string; size: number }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of await file.open()) {
    hash.update(chunk)
    size += chunk.length
  }
  return { digest: hash.digest('hex'), size }
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) return String(part)
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
