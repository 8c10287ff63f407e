// A process that sends one kind of request over raw sockets, as fast as answers come: a client's own work must not be
// what is measured. Told what to do, and answers what it saw, over the IPC of its parent.
import { connect, type Socket } from 'node:net'
import { type Job, requestOf } from './request.ts'

export interface Answer {
  /** Answered requests a second, the median of three stretches. */
  readonly rate: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly firstByte: number
  readonly bytes: number
}

process.on('message', async (job: Job) => {
  try {
    process.send?.(await run(job))
  } catch (error) {
    process.send?.({ error: String(error) })
  }
})

async function run(job: Job): Promise<Answer> {
  const callers = await Promise.all(Array.from({ length: job.callers }, () => Caller.open(job.port)))
  let n = job.first
  const next = () => requestOf(job, n++)
  const latencies: number[] = []
  const firstBytes: number[] = []
  let bytes = 0
  const stretch = async (seconds: number) => {
    const start = performance.now()
    const end = start + seconds * 1000
    let done = 0
    await Promise.all(
      callers.map(async (caller) => {
        do {
          const answer = await caller.call(next())
          latencies.push(answer.ms)
          firstBytes.push(answer.firstByte)
          bytes = answer.bytes
          done += 1
        } while (performance.now() < end && done < (job.most ?? Number.POSITIVE_INFINITY))
      }),
    )
    return done / ((performance.now() - start) / 1000)
  }
  await stretch(job.seconds / 10)
  latencies.length = 0
  firstBytes.length = 0
  const rates = []
  for (let part = 0; part < 3; part += 1) rates.push(await stretch(job.seconds / 3))
  for (const caller of callers) caller.end()
  const at = (list: number[], part: number) =>
    list.toSorted((a, b) => a - b)[Math.floor(list.length * part)] ?? 0
  return {
    rate: at(rates, 0.5),
    p50: at(latencies, 0.5),
    p99: at(latencies, 0.99),
    firstByte: at(firstBytes, 0.5),
    bytes,
  }
}

interface Seen {
  readonly ms: number
  readonly firstByte: number
  readonly bytes: number
}

/** One connection with one request at a time. */
class Caller {
  readonly #socket: Socket
  #begun = 0
  #first = 0
  #head: Buffer | undefined
  #size = 0
  #wanted: number | undefined
  #tail = ''
  #resolve: (seen: Seen) => void = () => {}
  #reject: (error: Error) => void = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (data) => this.#take(data))
    socket.on('error', (error) => this.#reject(error))
    socket.on('close', () => this.#reject(new Error('the server closed the connection')))
  }

  static open(port: number): Promise<Caller> {
    const { promise, resolve, reject } = Promise.withResolvers<Caller>()
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('error', reject).once('connect', () => resolve(new Caller(socket)))
    return promise
  }

  call(request: string): Promise<Seen> {
    this.#head = undefined
    this.#size = 0
    this.#first = 0
    this.#tail = ''
    this.#begun = performance.now()
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#socket.write(request)
    })
  }

  end(): void {
    this.#reject = () => {}
    this.#socket.destroy()
  }

  #take(data: Buffer): void {
    if (this.#first === 0) this.#first = performance.now()
    if (this.#wanted === undefined || this.#head === undefined) {
      this.#head = this.#head === undefined ? data : Buffer.concat([this.#head, data])
      const end = this.#head.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = this.#head.toString('latin1', 0, end)
      if (!/^HTTP\/1\.1 200/.test(head)) {
        this.#reject(new Error(this.#head.toString('utf8', 0, 600)))
        return
      }
      const length = /content-length: (\d+)/i.exec(head)?.[1]
      this.#wanted = length === undefined ? -1 : Number(length)
      this.#size = this.#head.length - end - 4
      this.#tail = this.#head.toString('latin1', Math.max(end, this.#head.length - 5))
    } else {
      this.#size += data.length
      this.#tail = (this.#tail + data.toString('latin1', Math.max(0, data.length - 5))).slice(-5)
    }
    const done = this.#wanted < 0 ? this.#tail.endsWith('0\r\n\r\n') : this.#size >= this.#wanted
    if (!done) return
    this.#wanted = undefined
    const now = performance.now()
    this.#resolve({ ms: now - this.#begun, firstByte: this.#first - this.#begun, bytes: this.#size })
  }
}
