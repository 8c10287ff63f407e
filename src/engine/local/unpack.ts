import { posix } from 'node:path'
import { extract, list, type ReadEntry } from 'tar'
import { messageOf, SlipwayError } from '../../base/error.ts'

const maxBytes = 2 * 2 ** 30
const maxEntries = 100_000
const types = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory', 'SymbolicLink'])

/** Unpacks an archive of code below a directory. Archives come from users: what would leave the directory is refused before anything is written. */
export async function unpack(archive: string, directory: string): Promise<void> {
  await inspect(archive)
  try {
    await extract({
      file: archive,
      cwd: directory,
      strict: true,
      preserveOwner: false,
      preservePaths: false,
      filter: (_path, entry) => {
        if ('header' in entry)
          entry.mode = ((entry.mode ?? 0o600) & 0o777) | (entry.type === 'Directory' ? 0o700 : 0o600)
        return true
      },
    })
  } catch (error) {
    throw refusal(messageOf(error))
  }
}

async function inspect(archive: string): Promise<void> {
  let problem: string | undefined
  let bytes = 0
  let entries = 0
  const links = new Set<string>()
  const onReadEntry = (entry: ReadEntry) => {
    bytes += entry.size
    entries++
    if (problem !== undefined) return
    problem = problemOf(entry, links)
    if (bytes > maxBytes) problem = `it unpacks to more than ${maxBytes / 2 ** 30} GiB`
    if (entries > maxEntries) problem = `it holds more than ${maxEntries} files`
  }
  try {
    await list({ file: archive, strict: true, onReadEntry })
  } catch (error) {
    throw refusal(messageOf(error))
  }
  if (problem !== undefined) throw refusal(problem)
  if (entries === 0) throw refusal('it holds no files')
}

/** What is wrong with one entry; links that it may hold are remembered, as nothing may be written through them. */
function problemOf(entry: ReadEntry, links: Set<string>): string | undefined {
  const path = posix.normalize(entry.path).replace(/\/$/, '')
  if (!types.has(entry.type)) return `"${entry.path}" is a ${entry.type}, which is not allowed`
  if (isOutside(path) || entry.path.split('/').includes('..')) return `"${entry.path}" leaves the directory`
  for (let parent = posix.dirname(path); parent !== '.'; parent = posix.dirname(parent)) {
    if (links.has(parent)) return `"${entry.path}" lies behind the link "${parent}"`
  }
  if (entry.type !== 'SymbolicLink') return links.has(path) ? `"${entry.path}" replaces a link` : undefined
  const target = entry.linkpath ?? ''
  if (posix.isAbsolute(target) || isOutside(posix.join(posix.dirname(path), target))) {
    return `the link "${entry.path}" points out of the directory`
  }
  links.add(path)
  return undefined
}

function isOutside(path: string): boolean {
  return posix.isAbsolute(path) || path === '..' || path.startsWith('../') || path.includes('\0')
}

function refusal(detail: string): SlipwayError {
  return new SlipwayError('invalid_argument', `The code archive is refused: ${detail}.`)
}
