import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openSession } from '../../src/areas/serving/onnx/session.ts'

/** The limit to compare with: parses and writes the same bodies, batches what came in one turn, and does nothing else. */
interface Waiting {
  readonly data: readonly number[]
  readonly response: ServerResponse
}

const session = await openSession(process.argv[2] ?? '', { threads: 1 })
let waiting: Waiting[] = []
let isRunning = false

async function run(): Promise<void> {
  isRunning = true
  while (waiting.length > 0) {
    const batch = waiting
    waiting = []
    const width = batch[0]?.data.length ?? 0
    const data = new Float32Array(batch.length * width)
    for (const [i, one] of batch.entries()) data.set(one.data, i * width)
    const outputs = await session.run([
      { name: 'input', datatype: 'FP32', shape: [batch.length, width], data },
    ])
    for (const [i, { response }] of batch.entries()) answer(response, i, batch.length, outputs)
  }
  isRunning = false
}

function answer(
  response: ServerResponse,
  i: number,
  rows: number,
  outputs: Awaited<ReturnType<typeof session.run>>,
) {
  const parts = outputs.map(({ name, datatype, shape, data }) => {
    const width = data.length / rows
    const mine = Array.from(data.slice(i * width, (i + 1) * width) as ArrayLike<number | bigint>, Number)
    return { name, datatype, shape: [1, ...shape.slice(1)], data: mine }
  })
  const body = Buffer.from(JSON.stringify({ model_name: 'bench', model_version: '1', outputs: parts }))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { inputs } = JSON.parse(Buffer.concat(chunks).toString()) as { inputs: { data: number[] }[] }
    waiting.push({ data: inputs[0]?.data ?? [], response })
    if (!isRunning) void run()
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
process.on('SIGTERM', () => process.exit(0))
