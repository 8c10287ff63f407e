import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, open, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ArchiveWriter } from '../../../base/archive.ts'
import { syncDirectory } from '../../../base/durable.ts'
import { gather } from '../parallel.ts'
import type { Source, SourceFile } from '../source.ts'
import type { Tally } from '../tally.ts'
import { entries, type Line, type Manifest } from './layout.ts'

/** Lines are cut into entries of about this many characters. */
const entryCharacters = 4 * 1024 * 1024

/** Writes everything that a source has into one file, which appears whole or not at all. */
export async function writeArchive(source: Source, file: string, tally: Tally): Promise<void> {
  const partial = `${file}.partial`
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-export-'))
  const handle = await open(partial, 'w', 0o600)
  try {
    await new Export(source, new ArchiveWriter(handle), scratch, tally).run()
    await handle.sync()
    await handle.close()
    await rename(partial, file)
    await syncDirectory(dirname(file))
  } catch (error) {
    await handle.close().catch(() => {})
    await rm(partial, { force: true })
    throw error
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

class Export {
  readonly #source: Source
  readonly #archive: ArchiveWriter
  readonly #scratch: string
  readonly #tally: Tally
  readonly #written = new Set<string>()
  #lines: string[] = []
  #characters = 0
  #part = 0

  constructor(source: Source, archive: ArchiveWriter, scratch: string, tally: Tally) {
    this.#source = source
    this.#archive = archive
    this.#scratch = scratch
    this.#tally = tally
  }

  async run(): Promise<void> {
    const manifest: Manifest = {
      format: 'slipway-archive',
      version: 1,
      created_at: new Date().toISOString(),
      source: this.#source.name,
    }
    await this.#archive.text(entries.manifest, JSON.stringify(manifest))
    const experiments = await gather(this.#source.experiments())
    for (const record of experiments) await this.#line(record, () => entries.experiments)
    await this.#flush(() => entries.experiments)
    this.#tally.add('experiments', experiments.length)
    for (const { id } of experiments) {
      await this.#loggedModels(id)
      await this.#runs(id)
    }
    await this.#models()
    await this.#archive.end()
  }

  async #runs(experiment: string): Promise<void> {
    const name = (part: number) => entries.runs(experiment, part)
    for await (const run of this.#source.runs(experiment)) {
      await this.#line(run.record, name)
      if (run.links.models.length > 0) await this.#line(run.links, name)
      for await (const points of run.points()) {
        await this.#line(points, name)
        this.#tally.add('points', points.steps.length)
      }
      for await (const file of run.files()) await this.#file(file, name)
      this.#tally.add('runs')
    }
    await this.#flush(name)
  }

  async #loggedModels(experiment: string): Promise<void> {
    const name = (part: number) => entries.loggedModels(experiment, part)
    for await (const model of this.#source.loggedModels(experiment)) {
      await this.#line(model.record, name)
      for await (const file of model.files()) await this.#file(file, name)
      this.#tally.add('logged models')
    }
    await this.#flush(name)
  }

  async #models(): Promise<void> {
    for await (const model of this.#source.models()) {
      for (const record of [model.record, ...model.versions, model.aliases]) {
        await this.#line(record, entries.models)
      }
      this.#tally.add('models')
      this.#tally.add('model versions', model.versions.length)
    }
    await this.#flush(entries.models)
  }

  async #line(line: Line, name: (part: number) => string): Promise<void> {
    const text = `${JSON.stringify(line)}\n`
    this.#lines.push(text)
    this.#characters += text.length
    if (this.#characters >= entryCharacters) await this.#next(name)
  }

  async #next(name: (part: number) => string): Promise<void> {
    if (this.#lines.length > 0) await this.#archive.text(name(this.#part), this.#lines.join(''))
    this.#lines = []
    this.#characters = 0
    this.#part += 1
  }

  async #flush(name: (part: number) => string): Promise<void> {
    await this.#next(name)
    this.#part = 0
  }

  /** Bytes are written once, however many things have them; their digest must be known before. */
  async #file(file: SourceFile, name: (part: number) => string): Promise<void> {
    const spooled = join(this.#scratch, 'file')
    const hash = createHash('sha256')
    let size = 0
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk)
        size += chunk.length
        done(null, chunk)
      },
    })
    await pipeline(await file.open(), count, createWriteStream(spooled))
    const digest = hash.digest('hex')
    if (!this.#written.has(digest)) {
      await this.#archive.entry(entries.file(digest), size, createReadStream(spooled))
      this.#written.add(digest)
    }
    this.#tally.add('files')
    this.#tally.add('bytes', size)
    await this.#line({ kind: 'file', path: file.path, size, digest }, name)
  }
}
