import { mkdirSync } from 'node:fs'
import { asDiskFull } from '../../../base/durable.ts'
import type { Log } from '../../../base/log.ts'
import { ByteWriter } from './bytes.ts'
import { kinds } from './format.ts'
import { writeFrame } from './frame.ts'
import { streamKey, streamOf, writePrediction } from './prediction.ts'
import type { PredictionRecord } from './record.ts'
import { SegmentFile } from './segment.ts'

/** Called when the record is safe from the death of this process, or with the reason why it could not be kept. */
export type Appended = (error: unknown) => void

export interface LogOptions {
  readonly directory: string
  /** Of this process: names of segments begin with it. */
  readonly serverId: string
  readonly log: Log
  /** A segment with records is closed after so long, or at so many bytes. */
  readonly rotateMs?: number
  readonly rotateBytes?: number
  /** Called when a segment was closed and can be shipped. */
  readonly onClosed?: () => void
}

/**
 * The prediction log of this process. Records of one turn of the event loop are written at once, before any of them is
 * acknowledged. They are then in the kernel's page cache: `kill -9` loses none of them. A power cut may lose the last
 * seconds; that is the price of answering in microseconds.
 */
export class PredictionLog implements Disposable {
  readonly #options: LogOptions
  readonly #rotateMs: number
  readonly #rotateBytes: number
  readonly #pending = new ByteWriter()
  readonly #streams = new Map<string, number>()
  #waiting: Appended[] = []
  #scheduled = false
  #segment: SegmentFile | undefined
  #sequence = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: LogOptions) {
    this.#options = options
    this.#rotateMs = options.rotateMs ?? 1500
    this.#rotateBytes = options.rotateBytes ?? 8 * 2 ** 20
    mkdirSync(options.directory, { recursive: true, mode: 0o700 })
  }

  append(record: PredictionRecord, done: Appended): void {
    const key = streamKey(record)
    const known = this.#streams.get(key)
    const start = this.#pending.length
    try {
      const stream = known ?? this.#declare(record)
      writeFrame(this.#pending, kinds.prediction, (writer) => writePrediction(writer, stream, record))
      this.#streams.set(key, stream)
    } catch (error) {
      this.#pending.truncate(start)
      done(error)
      return
    }
    this.#waiting.push(done)
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.flush())
  }

  /** Writes what waits, now. */
  flush(): void {
    this.#scheduled = false
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    const error = this.#writePending()
    for (const done of waiting) done(error)
    if (this.#segment && this.#segment.length >= this.#rotateBytes) this.rotate()
  }

  /** Closes the segment, if it has records, so that it can be shipped. */
  rotate(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.flush()
    const segment = this.#segment
    if (!segment) return
    this.#segment = undefined
    this.#streams.clear()
    try {
      if (segment.isEmpty) segment.discard()
      else segment.close()
    } catch (error) {
      this.#options.log.error('prediction_log.close_failed', { error })
    }
    this.#options.onClosed?.()
  }

  [Symbol.dispose](): void {
    this.rotate()
  }

  #declare(record: PredictionRecord): number {
    const number = this.#streams.size
    if (number > 0xffff) throw new RangeError('The segment has too many streams.')
    writeFrame(this.#pending, kinds.stream, (writer) => {
      writer.u16(number)
      writer.text(JSON.stringify(streamOf(record)))
    })
    return number
  }

  #writePending(): unknown {
    try {
      this.#segment ??= this.#open()
      this.#segment.append(this.#pending.view())
      return undefined
    } catch (error) {
      // The declarations that were lost with these records must be written again.
      this.#streams.clear()
      this.rotate()
      return asDiskFull(error, this.#options.directory)
    } finally {
      this.#pending.truncate(0)
    }
  }

  #open(): SegmentFile {
    const { directory, serverId } = this.#options
    const segment = new SegmentFile(directory, `${serverId}-${this.#sequence++}`)
    this.#timer = setTimeout(() => this.rotate(), this.#rotateMs)
    this.#timer.unref()
    return segment
  }
}
