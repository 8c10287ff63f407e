import { createHash } from 'node:crypto'

/** One moment for all made-up data, so that what belongs together fits together. */
export const now = Date.now()
export const sec = 1000
export const min = 60 * sec
export const ago = (ms: number): string => new Date(now - ms).toISOString()
export const hash = (text: string) => createHash('sha256').update(text).digest('hex')
export const id = (text: string): string => {
  const h = hash(text)
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-7${h.slice(13, 16)}-8${h.slice(17, 20)}-${h.slice(20, 32)}`
}
let seed = 7
export const random = () => {
  seed = (seed * 1103515245 + 12345) & 0x7fffffff
  return seed / 0x7fffffff
}
export const runHex = (n: number) => hash(`run${n}`).slice(0, 32)
