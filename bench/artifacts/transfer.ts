import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Target } from '../tracking/target.ts'

const blockBytes = 1 << 20
const noise = randomBytes(blockBytes)
const partBytes = 100 << 20
const proxy = '/api/2.0/mlflow-artifacts'

type Place = Pick<Target, 'port' | 'token'>

/** A megabyte; `mark` makes it another one. */
export function block(mark: number): Buffer {
  const bytes = Buffer.from(noise)
  bytes.writeDoubleBE(mark, 0)
  return bytes
}

/** Sends a file as MLflow's client does. In MB/s. */
export async function upload(target: Place, path: string, size: number, mark: number): Promise<number> {
  const started = performance.now()
  await put(target, `${proxy}/artifacts/${path}`, size, mark)
  return size / 1000 / (performance.now() - started)
}

/** Sends a file in parts, four at a time. In MB/s. */
export async function uploadInParts(
  target: Place,
  path: string,
  size: number,
  mark: number,
): Promise<number> {
  const started = performance.now()
  const count = Math.ceil(size / partBytes)
  const directory = path.slice(0, path.lastIndexOf('/'))
  const name = path.slice(path.lastIndexOf('/') + 1)
  const begun = (await post(target, `${proxy}/mpu/create/${directory}`, {
    path: name,
    num_parts: count,
  })) as {
    upload_id: string
    credentials: { url: string; part_number: number }[]
  }
  const parts: { part_number: number; etag: string }[] = []
  const waiting = [...begun.credentials]
  const send = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { pathname, search } = new URL(next.url)
      const length = Math.min(partBytes, size - (next.part_number - 1) * partBytes)
      const answer = await put(target, pathname + search, length, mark + next.part_number)
      parts.push({ part_number: next.part_number, etag: answer.headers.etag ?? '' })
    }
  }
  await Promise.all([send(), send(), send(), send()])
  parts.sort((a, b) => a.part_number - b.part_number)
  await post(target, `${proxy}/mpu/complete/${directory}`, { path: name, upload_id: begun.upload_id, parts })
  return size / 1000 / (performance.now() - started)
}

/** Fetches a file and forgets it. In MB/s. */
export async function download(target: Place, path: string): Promise<number> {
  const started = performance.now()
  const sent = request({ ...place(target), path: `${proxy}/artifacts/${path}` }).end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  let size = 0
  for await (const chunk of answer) size += chunk.length
  if (answer.statusCode !== 200) throw new Error(`download: ${answer.statusCode}`)
  return size / 1000 / (performance.now() - started)
}

function place({ port, token }: Place) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return { host: '127.0.0.1', port, headers }
}

async function put(target: Place, path: string, size: number, mark: number): Promise<IncomingMessage> {
  const { headers, ...where } = place(target)
  const sent = request({ ...where, path, method: 'PUT', headers: { ...headers, 'content-length': size } })
  const answered = once(sent, 'response')
  await pipeline(Readable.from(blocks(size, mark)), sent)
  const [answer] = (await answered) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  if (answer.statusCode !== 200) throw new Error(`PUT ${path}: ${answer.statusCode}`)
  return answer
}

async function post(target: Place, path: string, body: unknown): Promise<unknown> {
  const { headers, host, port } = place(target)
  const answer = await fetch(`http://${host}:${port}${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return await answer.json()
}

function* blocks(size: number, mark: number): Generator<Buffer> {
  const bytes = block(mark)
  for (let left = size; left > 0; left -= bytes.length)
    yield left < bytes.length ? bytes.subarray(0, left) : bytes
}
