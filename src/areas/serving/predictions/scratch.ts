import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of its own for the files of one operation, removed with it. */
export interface Scratch extends AsyncDisposable {
  path(name: string): string
}

export async function openScratch(parent: string = tmpdir()): Promise<Scratch> {
  await mkdir(parent, { recursive: true })
  const directory = await mkdtemp(join(parent, 'serving-'))
  return {
    path: (name) => join(directory, name),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}
