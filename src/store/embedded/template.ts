import { createHash } from 'node:crypto'
import { cpSync, lchownSync, readdirSync } from 'node:fs'
import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Binaries } from './binaries.ts'

/** A database that is made once for an installation and copied for each home: ten times faster than making it again. */
export interface Template {
  /** A data directory that was shut down cleanly, readable by everyone: it holds nothing but the schema. */
  readonly directory: string
  readonly exists: boolean
}

/** What the template's superuser has; a copy is given its home's own password before anyone is told its address. */
export const templatePassword = 'slipway-template'

/** Beside the program, where its other generated files are. */
export const templatesDirectory = new URL('../../../.cache/', import.meta.url).pathname
export const templatePrefix = 'database-'

/** The template for this PostgreSQL and this program's schema. */
export async function templateFor(binaries: Binaries): Promise<Template> {
  const schema = await readFile(new URL('../schema.sql', import.meta.url))
  const key = createHash('sha256').update(`${binaries.version}\n`).update(schema).digest('hex').slice(0, 16)
  const directory = join(templatesDirectory, `${templatePrefix}${process.arch}-${key}`)
  const exists = await stat(join(directory, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
  return { directory, exists }
}

/** Copies a template for the user that the server runs as. Not yet flushed to the disk. */
export async function copyTemplate(
  template: Template,
  target: string,
  uid: number | undefined,
): Promise<void> {
  cpSync(template.directory, target, { recursive: true })
  await chmod(target, 0o700)
  if (uid === undefined) return
  for (const name of readdirSync(target, { recursive: true, encoding: 'utf8' }))
    lchownSync(join(target, name), uid, uid)
  lchownSync(target, uid, uid)
}
