import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SourceFile } from '../source.ts'

/** Where files are that MLflow's database names: below a directory of this machine. */
export interface Places {
  /** What `mlflow-artifacts:/` stands for: the server's artifacts destination. */
  readonly root: string
  /** What relative paths begin at: the directory that the server was started in. */
  readonly base: string
}

/** The directory of a location, or undefined when it is on no disk of this machine. */
export function directoryOf(uri: string, { root, base }: Places): string | undefined {
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?\/+(.*)$/s.exec(uri)?.[1]
  if (proxied !== undefined) {
    const path = resolve(root, proxied)
    return path === root || path.startsWith(root + sep) ? path : undefined
  }
  if (uri.startsWith('file:'))
    return fileURLToPath(uri.startsWith('file:///') ? uri : `file://${resolve(base, uri.slice(5))}`)
  return /^[A-Za-z][A-Za-z0-9+.-]+:/.test(uri) || uri === '' ? undefined : resolve(base, uri)
}

/** Every file below a directory; none when it is not there. Links are not followed. */
export async function* filesBelow(directory: string, below = ''): AsyncGenerator<SourceFile> {
  const entries = await readdir(join(directory, below), { withFileTypes: true }).catch(() => [])
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) yield* filesBelow(directory, path)
    if (!entry.isFile()) continue
    const { size } = await stat(join(directory, path))
    yield { path, size, open: async () => createReadStream(join(directory, path)) }
  }
}
