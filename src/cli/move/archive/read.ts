import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { readArchive } from '../../../base/archive.ts'
import { SlipwayError } from '../../../base/error.ts'
import type {
  AliasesRecord,
  ExperimentRecord,
  LinksRecord,
  LoggedModelRecord,
  ModelRecord,
  PointsRecord,
  RunRecord,
  VersionRecord,
} from '../../../contract/records.ts'
import type { Source, SourceFile } from '../source.ts'
import { damaged, entries, type FileLine, type Line, type Manifest } from './layout.ts'

interface Place {
  readonly offset: number
  readonly size: number
}

/** Reads the whole file once, which proves that it is as it was written; then what is asked for. */
export async function openArchive(file: string): Promise<Source> {
  const handle = await open(file, 'r').catch((error: Error) => {
    throw new SlipwayError('invalid_archive', `The archive cannot be read: ${error.message}`)
  })
  const places = new Map<string, Place>()
  try {
    for await (const { path, offset, size } of readArchive(handle, damaged))
      places.set(path, { offset, size })
  } finally {
    await handle.close()
  }
  const archive = new Archive(file, places)
  const manifest = await archive.manifest()
  return {
    name: `archive of ${manifest.source}, ${manifest.created_at}`,
    experiments: () => archive.experiments(),
    runs: (experiment) => archive.runs(experiment),
    loggedModels: (experiment) => archive.loggedModels(experiment),
    models: () => archive.models(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

class Archive {
  readonly #file: string
  readonly #places: ReadonlyMap<string, Place>

  constructor(file: string, places: ReadonlyMap<string, Place>) {
    this.#file = file
    this.#places = places
  }

  async manifest(): Promise<Manifest> {
    const { manifest } = entries
    if (!this.#places.has(manifest)) throw damaged('it is no archive of tracked things')
    const found = JSON.parse(await text(this.#open(manifest))) as Manifest
    if (found.format === 'slipway-archive' && found.version === 1) return found
    throw new SlipwayError('invalid_archive', 'This is an archive of a later version, or of something else.')
  }

  async *experiments(): AsyncGenerator<ExperimentRecord> {
    for await (const line of this.#lines(() => entries.experiments, 1)) {
      if (line.kind === 'experiment') yield line
    }
  }

  async *runs(experiment: string) {
    for await (const [record, lines] of this.#groups<RunRecord>('run', (part) =>
      entries.runs(experiment, part),
    )) {
      const points = lines.filter((line): line is PointsRecord => line.kind === 'points')
      const links = lines.find((line): line is LinksRecord => line.kind === 'links')
      yield {
        record,
        links: links ?? { kind: 'links' as const, run_id: record.id, models: [] },
        latest: [],
        points: () => Readable.from(points) as AsyncIterable<PointsRecord>,
        files: () => this.#files(lines),
      }
    }
  }

  async *loggedModels(experiment: string) {
    const name = (part: number) => entries.loggedModels(experiment, part)
    for await (const [record, lines] of this.#groups<LoggedModelRecord>('logged_model', name)) {
      yield { record, files: () => this.#files(lines) }
    }
  }

  async *models() {
    for await (const [record, lines] of this.#groups<ModelRecord>('model', entries.models)) {
      const aliases = lines.find((line): line is AliasesRecord => line.kind === 'aliases')
      yield {
        record,
        aliases: aliases ?? { kind: 'aliases' as const, model: record.name, aliases: {} },
        versions: lines.filter((line): line is VersionRecord => line.kind === 'version'),
      }
    }
  }

  /** Each record of a kind with the lines that follow it. */
  async *#groups<R extends Line>(
    kind: R['kind'],
    name: (part: number) => string,
  ): AsyncGenerator<readonly [R, Line[]]> {
    let open: { record: R; lines: Line[] } | undefined
    for await (const line of this.#lines(name, Number.POSITIVE_INFINITY)) {
      if (line.kind === kind) {
        if (open !== undefined) yield [open.record, open.lines]
        open = { record: line as R, lines: [] }
      } else if (open === undefined) throw damaged(`a ${line.kind} belongs to nothing`)
      else open.lines.push(line)
    }
    if (open !== undefined) yield [open.record, open.lines]
  }

  async *#lines(name: (part: number) => string, most: number): AsyncGenerator<Line> {
    for (let part = 0; part < most && this.#places.has(name(part)); part++) {
      const lines = (await text(this.#open(name(part)))).split('\n')
      for (const line of lines) if (line !== '') yield JSON.parse(line) as Line
    }
  }

  async *#files(lines: readonly Line[]): AsyncGenerator<SourceFile> {
    for (const { path, size, digest } of lines.filter((line): line is FileLine => line.kind === 'file')) {
      yield { path, size, digest, open: async () => this.#open(entries.file(digest)) }
    }
  }

  #open(entry: string): Readable {
    const place = this.#places.get(entry)
    if (place === undefined) throw damaged(`${entry} is missing`)
    if (place.size === 0) return Readable.from([])
    return createReadStream(this.#file, { start: place.offset, end: place.offset + place.size - 1 })
  }
}
