import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { access, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { asDiskFull } from '../../../base/durable.ts'
import { SlipwayError } from '../../../base/error.ts'
import { uuidv7 } from '../../../base/id.ts'

const keepUnusedMs = 3 * 86_400_000

/** Model files by digest, on the local disk: fetched once, verified, and known to load or not. */
export class ModelCache {
  readonly #directory: string
  readonly #fetch: (digest: string, signal: AbortSignal) => Promise<Readable>
  readonly #underWay = new Map<string, Promise<string>>()

  constructor(directory: string, fetch: (digest: string, signal: AbortSignal) => Promise<Readable>) {
    this.#directory = directory
    this.#fetch = fetch
  }

  /** Removes what an earlier process left half-done and what nobody used for days. */
  async open(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    for (const file of await readdir(this.#directory)) {
      const path = join(this.#directory, file)
      const { mtimeMs } = await stat(path)
      if (file.endsWith('.tmp') || mtimeMs < Date.now() - keepUnusedMs) await rm(path, { force: true })
    }
  }

  /** The path of the verified file, fetched if need be. */
  async path(digest: string, signal: AbortSignal): Promise<string> {
    const path = join(this.#directory, `${digest}.onnx`)
    if (await exists(path)) {
      const now = new Date()
      await utimes(path, now, now)
      return path
    }
    const fetching = this.#underWay.get(digest) ?? this.#download(digest, path, signal)
    this.#underWay.set(digest, fetching)
    return fetching.finally(() => this.#underWay.delete(digest))
  }

  /** Whether this file was loaded without harm before. */
  isTried(digest: string): Promise<boolean> {
    return exists(join(this.#directory, `${digest}.tried`))
  }

  async noteTried(digest: string): Promise<void> {
    await writeFile(join(this.#directory, `${digest}.tried`), '')
  }

  async #download(digest: string, path: string, signal: AbortSignal): Promise<string> {
    const temporary = `${path}.${uuidv7()}.tmp`
    const hash = createHash('sha256')
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk)
        done(null, chunk)
      },
    })
    try {
      await pipeline(
        await this.#fetch(digest, signal),
        hashing,
        createWriteStream(temporary, { mode: 0o600, flush: true }),
        { signal },
      )
      if (hash.digest('hex') !== digest) {
        throw new SlipwayError('blob_corrupt', `What was received for the model ${digest} is something else.`)
      }
      await rename(temporary, path)
      return path
    } catch (error) {
      await rm(temporary, { force: true })
      throw asDiskFull(error, path)
    }
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
