import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Client, Upload } from '../../client/client.ts'
import type { ArtifactEntry } from '../../contract/artifacts.ts'
import { command, said } from '../command.ts'
import { bytes } from '../format.ts'
import { table } from '../table.ts'
import { state } from '../terminal.ts'
import { UsageError } from '../usage.ts'

const of = {
  name: 'of',
  summary: '`runs/<run>`, `logged-models/<model>` or `models/<name>/<version>`',
} as const
const path = { name: 'path', summary: 'a file or directory of it', optional: true } as const

interface Place {
  readonly client: Client
  readonly project: string
}

export const artifactCommands = [
  command({
    name: 'artifacts ls',
    summary: 'Lists the files of a run, logged model or model version',
    arguments: [of, path],
    examples: ['slipway artifacts ls models/digits/3'],
    async run({ place: { client, project }, arguments: { of, path } }) {
      const { artifacts } = await client.artifacts.list({ params: { project }, query: { of, path } })
      return {
        data: artifacts,
        show: (terminal) =>
          table(terminal, artifacts, [
            {
              title: 'PATH',
              value: (each) => (each.directory ? `${each.path}/` : each.path),
              flexible: true,
            },
            { title: 'SIZE', value: ({ size }) => bytes(size) },
            { title: 'SHA-256', value: ({ digest }) => digest?.slice(0, 16) ?? '' },
          ]),
      }
    },
  }),
  command({
    name: 'artifacts get',
    summary: 'Gets a file or all below a directory, and checks every byte by its digest',
    arguments: [of, path],
    options: { output: { summary: 'The directory to write to', value: 'DIRECTORY', short: 'o' } },
    examples: ['slipway artifacts get runs/0f9c… model -o ./model'],
    async run({ place, arguments: { of, path }, options, terminal, signal }) {
      const target = resolve(terminal.directory, options.output ?? '.')
      const got: { path: string; size: number }[] = []
      for await (const file of filesBelow(place, of, path)) {
        await getFile(place, of, file, local(target, file.path), signal)
        got.push({ path: file.path, size: file.size ?? 0 })
      }
      if (got.length === 0) throw new UsageError(`There is nothing at ${path || of}.`, 'slipway artifacts ls')
      const size = got.reduce((sum, file) => sum + file.size, 0)
      return said(got, `Got ${got.length} files (${bytes(size)}), all as they were stored, into ${target}.`)
    },
  }),
  command({
    name: 'artifacts put',
    summary: 'Stores a file, or all files of a directory, with a run or logged model',
    arguments: [
      of,
      { name: 'file', summary: 'the file or directory' },
      { ...path, summary: 'where to put it' },
    ],
    examples: ['slipway artifacts put runs/0f9c… ./report.html reports'],
    async run({ place, arguments: { of, file, path }, terminal, signal }) {
      const from = resolve(terminal.directory, file)
      const found = await stat(from).catch(() => undefined)
      if (found === undefined)
        throw new UsageError(`There is no file ${from}.`, 'slipway artifacts put --help')
      const names = found.isDirectory() ? await namesBelow(from) : ['']
      let size = 0
      for (const name of names) {
        const remote = [path, found.isDirectory() ? name : basename(from)]
          .filter((part) => part !== '')
          .join('/')
        size += await putFile(place, of, join(from, name), remote, signal)
      }
      return said({ files: names.length, size }, `Stored ${names.length} files (${bytes(size)}).`)
    },
  }),
  command({
    name: 'artifacts verify',
    summary: 'Reads stored files again and compares them with their digests',
    arguments: [of, path],
    async run({ place: { client, project }, arguments: { of, path }, signal }) {
      const result = await client.artifacts.verify({ params: { project }, body: { of, path } }, { signal })
      const wrong = result.files.filter((file) => file.state === 'missing' || file.state === 'corrupt')
      return {
        data: result,
        exit: wrong.length === 0 ? 0 : 1,
        show: (terminal) =>
          table(terminal, wrong.length === 0 ? result.files : wrong, [
            { title: 'PATH', value: (file) => file.path, flexible: true },
            { title: 'SIZE', value: (file) => bytes(file.size) },
            { title: 'STATE', value: (file) => state(terminal, file.state) },
          ]),
      }
    },
  }),
]

/** The file of that path, or all below it. */
async function* filesBelow(place: Place, of: string, path: string): AsyncGenerator<ArtifactEntry> {
  const list = async (directory: string) => {
    const { artifacts } = await place.client.artifacts.list({
      params: { project: place.project },
      query: { of, path: directory },
    })
    return artifacts
  }
  const entries = await list(path)
  const parent = path.includes('/') ? dirname(path) : ''
  const own = entries.length > 0 ? entries : (await list(parent)).filter((entry) => entry.path === path)
  for (const entry of own) {
    if (entry.directory) yield* filesBelow(place, of, entry.path)
    else yield entry
  }
}

/** Where a file of the platform is written: never outside the directory, whatever it is called. */
function local(target: string, path: string): string {
  const file = resolve(target, path)
  if (file.startsWith(target.endsWith(sep) ? target : target + sep)) return file
  throw new UsageError(`The name ${path} leads out of ${target}.`, 'slipway artifacts get --help')
}

async function getFile(
  { client, project }: Place,
  of: string,
  file: ArtifactEntry,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  const response = await client.artifacts.content(
    { params: { project }, query: { of, path: file.path } },
    { signal },
  )
  const draft = `${target}.part`
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  try {
    const body = (response.body ?? new ReadableStream()) as import('node:stream/web').ReadableStream
    await pipeline(Readable.fromWeb(body), hashing, createWriteStream(draft))
    if (file.digest !== null && hash.digest('hex') !== file.digest) {
      throw new UsageError(`${file.path} did not arrive as it was stored.`, 'slipway artifacts verify')
    }
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function putFile(
  { client, project }: Place,
  of: string,
  file: string,
  path: string,
  signal: AbortSignal,
): Promise<number> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  const body = Readable.toWeb(createReadStream(file)) as Upload
  const query = { of, path, digest: hash.digest('hex') }
  const stored = await client.artifacts.upload({ params: { project }, query, body }, { signal })
  return stored.size
}

async function namesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(directory.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort()
}
