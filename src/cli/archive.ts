import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { create } from 'tar'
import { bytes } from './format.ts'
import { UsageError } from './usage.ts'

export interface Archive {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly files: number
}

/** As much as the platform takes. */
const limit = 64 * 1024 * 1024

/** Never part of the code: what tools leave behind, and what tends to hold secrets. */
const always = [
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '__pycache__',
  '*.pyc',
  '.venv',
  'venv',
  '.env',
  '.env.*',
  '.ipynb_checkpoints',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.tox',
  '.idea',
  '.vscode',
  '.DS_Store',
  'mlruns',
  'mlartifacts',
]

interface Rule {
  readonly glob: string
  readonly keep: boolean
  readonly directory: boolean
}

/** Reads patterns as git does: `name`, `dir/`, `*.ext`, `/here`, `!kept`; those with a slash inside are of the root. */
export function readRules(text: string): Rule[] {
  return text.split('\n').flatMap((written) => {
    const line = written.trim()
    if (line === '' || line.startsWith('#')) return []
    const keep = line.startsWith('!')
    const pattern = keep ? line.slice(1) : line
    const bare = pattern.replace(/\/$/, '')
    const rooted = bare.includes('/')
    const glob = rooted ? bare.replace(/^\//, '') : `**/${bare}`
    return [{ glob, keep, directory: pattern.endsWith('/') }]
  })
}

export function isIgnored(path: string, directory: boolean, rules: readonly Rule[]): boolean {
  const last = rules.findLast((rule) => (!rule.directory || directory) && matchesGlob(path, rule.glob))
  return last !== undefined && !last.keep
}

/** Lists what belongs to the code, sorted; symbolic links stay behind, for they may lead anywhere. */
export function listFiles(root: string): { path: string; size: number }[] {
  const ignore = ['.gitignore', '.slipwayignore'].flatMap((name) => {
    const file = join(root, name)
    return existsSync(file) ? readRules(readFileSync(file, 'utf8')) : []
  })
  const rules = [...readRules(always.join('\n')), ...ignore]
  const walk = (directory: string): { path: string; size: number }[] =>
    readdirSync(join(root, directory), { withFileTypes: true })
      .sort((a: Dirent, b: Dirent) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const path = directory === '' ? entry.name : `${directory}/${entry.name}`
        if (isIgnored(path, entry.isDirectory(), rules)) return []
        if (entry.isDirectory()) return walk(path)
        return entry.isFile() ? [{ path, size: statSync(join(root, path)).size }] : []
      })
  return walk('')
}

/** Packs the code of a line. The same files give the same bytes, so that unchanged code has the same digest. */
export async function archive(root: string, lineFile: string): Promise<Archive> {
  const files = listFiles(root).filter(({ path }) => path !== lineFile)
  const total = files.reduce((sum, { size }) => sum + size, 0)
  if (total > limit) {
    const largest = files.toSorted((a, b) => b.size - a.size).slice(0, 3)
    const named = largest.map(({ path, size }) => `${path} (${bytes(size)})`).join(', ')
    throw new UsageError(
      `The code is too large: ${bytes(total)}, at most ${bytes(limit)}. Largest: ${named}. Name what does not belong to it in .slipwayignore.`,
      'slipway apply --help',
    )
  }
  if (files.length === 0) return { bytes: new Uint8Array(1024), files: 0 }
  const chunks: Uint8Array[] = []
  const packed = create(
    { cwd: root, portable: true, mtime: new Date(0), noDirRecurse: true },
    files.map(({ path }) => `./${path}`),
  )
  for await (const chunk of packed) chunks.push(chunk)
  return { bytes: new Uint8Array(Buffer.concat(chunks)), files: files.length }
}
