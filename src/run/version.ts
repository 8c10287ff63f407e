import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The root of the installed package. */
export const packageRoot = join(import.meta.dirname, '..', '..')

export const version: string = (
  JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
).version
