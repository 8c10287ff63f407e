import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Blobs } from '../../../blobs/blobs.ts'
import type { Columnar } from '../../../columnar/columnar.ts'
import { type MinuteSummary, minuteSummaries, summaryStatement } from './minute.ts'
import { type Columns, fixedColumns, type LogRow } from './row.ts'
import type { Scratch } from './scratch.ts'

/** A Parquet file that is durable in the blob store. */
export interface PartFile {
  readonly digest: string
  readonly size: number
  readonly rows: number
  readonly firstTime: Date
  readonly lastTime: Date
  readonly minutes: readonly MinuteSummary[]
}

const flushAt = 1 << 20

/** Gathers the rows of one deployment as lines of JSON, then turns them into Parquet. */
export class PartWriter implements AsyncDisposable {
  readonly columns: Columns = new Map(fixedColumns)
  readonly #path: string
  readonly #file: FileHandle
  #text = ''
  #longest = 1 << 20
  #rows = 0
  #first = Number.POSITIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  static async open(scratch: Scratch, name: string): Promise<PartWriter> {
    const path = scratch.path(name)
    return new PartWriter(path, await open(path, 'w'))
  }

  async add(time: number, rows: readonly LogRow[]): Promise<void> {
    for (const row of rows) {
      const line = `${JSON.stringify(row)}\n`
      this.#longest = Math.max(this.#longest, Buffer.byteLength(line))
      this.#text += line
    }
    this.#rows += rows.length
    this.#first = Math.min(this.#first, time)
    this.#last = Math.max(this.#last, time)
    if (this.#text.length >= flushAt) await this.#flush()
  }

  async finish(deps: { blobs: Blobs; columnar: Columnar }, signal: AbortSignal): Promise<PartFile> {
    await this.#flush()
    const out = `${this.#path}.parquet`
    const types = [...this.columns].map(([name, type]) => `${literal(name)}: ${literal(type)}`)
    const minutes = await deps.columnar.query({
      statements: [
        `create temp table logged as select * from read_json({{rows}}, format = 'newline_delimited',
          maximum_object_size = ${this.#longest}, columns = { ${types.join(', ')} })`,
        `copy (from logged order by time, id, "row") to {{out}} (format parquet, compression zstd)`,
        summaryStatement(this.columns),
      ],
      files: { rows: this.#path },
      writes: { out },
      signal,
    })
    const { digest, size } = await deps.blobs.put(createReadStream(out), { signal })
    return {
      digest,
      size,
      rows: this.#rows,
      firstTime: new Date(this.#first),
      lastTime: new Date(this.#last),
      minutes: minuteSummaries(this.columns, minutes),
    }
  }

  async #flush(): Promise<void> {
    await this.#file.write(this.#text)
    this.#text = ''
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
