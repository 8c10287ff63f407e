import { chmod, cp, mkdir, mkdtemp, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '../../base/error.ts'
import { type Log, silent } from '../../base/log.ts'
import { prepareDatabase } from '../database.ts'
import { findBinaries } from './binaries.ts'
import { sharedDir } from './place.ts'
import { startPostgres } from './postgres.ts'
import {
  type Template,
  templateFor,
  templatePassword,
  templatePrefix,
  templatesDirectory,
} from './template.ts'

/**
 * Makes the template of this installation where there is none, and removes those of other versions. Where nothing can be
 * written beside the program there is none, and databases are made the slow way.
 */
export async function makeTemplate(log: Log): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'slipway-template-'))
  try {
    const template = await templateFor(await findBinaries(undefined, sharedDir))
    if (template.exists) return
    await mkdir(templatesDirectory, { recursive: true })
    await makeIn(home, template)
    await removeOthers(template)
  } catch (error) {
    log.debug('database.no_template', { reason: messageOf(error) })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function makeIn(home: string, template: Template): Promise<void> {
  // the server's user, when we are root, must be able to pass through
  await chmod(home, 0o711)
  await mkdir(join(home, 'keys'), { mode: 0o700 })
  await writeFile(join(home, 'keys', 'postgres'), templatePassword, { mode: 0o600 })
  const server = await startPostgres({ home, log: silent })
  await prepareDatabase(server.url).finally(() => server[Symbol.asyncDispose]())
  const data = await realpath(join(home, 'postgres', 'data'))
  // by way of a name of our own: the template appears whole or not at all
  const draft = `${template.directory}.${process.pid}`
  await cp(data, draft, { recursive: true })
  for (const entry of await readdir(draft, { recursive: true, withFileTypes: true }))
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
  await chmod(draft, 0o755)
  await rename(draft, template.directory).catch(() => rm(draft, { recursive: true, force: true }))
}

async function removeOthers(template: Template): Promise<void> {
  const names = await readdir(templatesDirectory)
  const others = names
    .filter((name) => name.startsWith(templatePrefix))
    .map((name) => join(templatesDirectory, name))
    .filter((directory) => directory !== template.directory)
  await Promise.all(others.map((directory) => rm(directory, { recursive: true, force: true })))
}
