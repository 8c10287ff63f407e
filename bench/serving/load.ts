import { connect, type Socket } from 'node:net'

/**
 * The load generator, in a process of its own: `load.ts <url> <concurrency> <seconds> <path> <body>`. Each of so many
 * connections sends the next request when the answer to the last has come. Prints one line of JSON.
 */
const [url = '', concurrency = '1', seconds = '3', path = '/', body = ''] = process.argv.slice(2)
const { hostname, port } = new URL(url)
const request = Buffer.from(
  `POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
)
const latencies: number[] = []
let errors = 0
let isMeasuring = false
let isOver = false

function client(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true })
    let sentAt = 0
    let received = Buffer.alloc(0)
    const send = () => {
      if (isOver) return void socket.end()
      sentAt = performance.now()
      socket.write(request)
    }
    socket.on('connect', send)
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const head = received.indexOf('\r\n\r\n')
      if (head < 0) return
      const text = received.toString('latin1', 0, head)
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
      if (received.length < head + 4 + length) return
      received = received.subarray(head + 4 + length)
      if (isMeasuring) {
        latencies.push(performance.now() - sentAt)
        if (!text.startsWith('HTTP/1.1 200')) errors++
      }
      send()
    })
    socket.on('close', () => resolve())
    socket.on('error', reject)
  })
}

const clients = Array.from({ length: Number(concurrency) }, client)
const warmMs = 1000
setTimeout(() => {
  isMeasuring = true
}, warmMs)
setTimeout(
  () => {
    isOver = true
  },
  warmMs + Number(seconds) * 1000,
)
await Promise.all(clients)
latencies.sort((a, b) => a - b)
const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
const cpu = process.cpuUsage()
process.stdout.write(
  `${JSON.stringify({
    perSecond: latencies.length / Number(seconds),
    p50: at(0.5),
    p99: at(0.99),
    errors,
    clientCpuSeconds: (cpu.user + cpu.system) / 1e6,
  })}\n`,
)
