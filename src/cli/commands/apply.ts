import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ApiError } from '../../client/failure.ts'
import { command } from '../command.ts'
import { bytes } from '../format.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usage.ts'
import { showLine } from './lines.ts'

/** The line file that is meant: a file, or slipway.yaml in a directory. */
function lineFile(terminal: Terminal, given: string): string {
  const path = resolve(terminal.directory, given === '' ? '.' : given)
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'slipway.yaml') : path
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`, 'slipway apply --help')
  return file
}

/** The texts of the files that the line file names, by the path written there; the platform says what is wrong. */
export async function referenced(yaml: string, directory: string): Promise<Record<string, string>> {
  const { parseDocument } = await import('yaml')
  const document = parseDocument(yaml)
  // A file that is not even YAML names no others; the platform tells where it is wrong.
  if (document.errors.length > 0) return {}
  const spec: unknown = document.toJS({ maxAliasCount: 20 })
  const named = [at(spec, 'data', 'checks'), at(spec, 'train', 'python')]
  const files = named.filter(
    (name): name is string => typeof name === 'string' && existsSync(join(directory, name)),
  )
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(directory, name), 'utf8')]))
}

function at(value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
    value,
  )
}

/** Adds the line that an error of the platform points at, with a mark below its column. */
function pointed(thrown: unknown, yaml: string): unknown {
  if (!(thrown instanceof ApiError) || thrown.code !== 'invalid_yaml') return thrown
  const { line, column } = thrown.facts
  const text = typeof line === 'number' ? yaml.split('\n')[line - 1] : undefined
  if (text === undefined || typeof column !== 'number') return thrown
  const margin = `${line} | `
  const mark = `${' '.repeat(margin.length + column - 1)}^`
  return new ApiError({
    status: thrown.status,
    code: thrown.code,
    message: `${thrown.message}\n\n  ${margin}${text}\n  ${mark}\n`,
    remedy: thrown.remedy,
    facts: thrown.facts,
  })
}

export const applyCommands = [
  command({
    name: 'apply',
    summary: 'Makes the platform match a line file, with the code beside it',
    arguments: [{ name: 'file', summary: 'slipway.yaml or its directory; default: here', optional: true }],
    examples: ['slipway apply', 'slipway apply examples/digits'],
    async run({ place: { client, project }, arguments: { file }, terminal, signal, json }) {
      const path = lineFile(terminal, file)
      const yaml = readFileSync(path, 'utf8')
      const files = await referenced(yaml, dirname(path))
      const { archive } = await import('../archive.ts')
      const code = await archive(dirname(path), basename(path))
      if (!json) terminal.warn(`Uploading ${code.files} files (${bytes(code.bytes.length)})…\n`)
      const uploaded = await client.lines.uploadCode(
        { params: { project }, body: code.bytes, type: 'application/x-tar' },
        { signal },
      )
      const applied = await client.lines
        .apply({ params: { project }, body: { yaml, code_digest: uploaded.digest, files } }, { signal })
        .catch((thrown: unknown) => {
          throw pointed(thrown, yaml)
        })
      return {
        data: applied,
        show: (screen) =>
          `${applied.changed ? 'Applied.' : 'Nothing has changed.'} Follow it: \`slipway status ${applied.line.name} --watch\`\n\n${showLine(screen, applied.line)}`,
      }
    },
  }),
]
