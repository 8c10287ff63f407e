import { extname, join } from 'node:path'

/** The file of a program of this folder: TypeScript in the repository, JavaScript in the package. */
export function programPath(name: string): string {
  return join(import.meta.dirname, name + extname(import.meta.filename))
}
