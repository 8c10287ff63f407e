import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  deploymentOf,
  FakeControl,
  isReady,
  makeHome,
  secret,
} from '../src/areas/serving/model-server/fixture.ts'
import { linearModel } from '../test/kit/onnx.ts'

/**
 * Throughput and latency of the model server, with and without its prediction log, beside a bare Node HTTP server that calls
 * the same session. `node bench/serving.ts [seconds] [rounds]`; medians of the rounds. Run it on an idle machine.
 */
interface Measured {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly errors: number
  readonly clientCpuSeconds: number
  readonly perCpuSecond: number
  readonly megabytes: number
}

const [seconds = '3', rounds = '3'] = process.argv.slice(2)
const features = 30
const weights = Array.from({ length: features }, (_, i) => [Math.sin(i), Math.cos(i), Math.sin(2 * i)])
const row = Array.from({ length: features }, (_, i) => Number(Math.sin(i * 7).toFixed(4)))
const body = JSON.stringify({
  inputs: [{ name: 'input', datatype: 'FP32', shape: [1, features], data: row }],
})
const here = import.meta.dirname
const run = promisify(execFile)

await using control = await new FakeControl().start()
const home = await makeHome()
const bytes = linearModel(weights)
const file = join(home, 'bench.onnx')
await writeFile(file, bytes)
const deployment = deploymentOf('bench', [{ digest: control.put(bytes), weight: 100 }])
control.publish({ deployments: [deployment] })

const servers: Record<string, () => ChildProcess> = {
  bare: () => start('bare.ts', file),
  'slipway, no log': () => start('server.ts', home, control.url, secret, 'no'),
  slipway: () => start('server.ts', home, control.url, secret, 'yes'),
}
process.stdout.write(`${cpus().length} cores, ${cpus()[0]?.model}; 1 row of ${features} features, JSON\n`)
for (const concurrency of [1, 8, 64]) {
  for (const [name, begin] of Object.entries(servers)) {
    const all: Measured[] = []
    for (let round = 0; round < Number(rounds); round++) all.push(await measure(begin, concurrency))
    const of = (key: keyof Measured) => median(all.map((one) => one[key]))
    process.stdout.write(
      `c=${String(concurrency).padEnd(3)} ${name.padEnd(16)} ${of('perSecond').toFixed(0).padStart(7)}/s  ` +
        `p50 ${of('p50').toFixed(2)} ms  p99 ${of('p99').toFixed(2)} ms  ` +
        `${of('perCpuSecond').toFixed(0)} per CPU second  ${of('megabytes').toFixed(0)} MB  ` +
        `errors ${of('errors')}  load generator ${((of('clientCpuSeconds') / Number(seconds)) * 100).toFixed(0)} % of a core\n`,
    )
  }
}
await rm(home, { recursive: true })

function start(program: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [join(here, 'serving', program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function measure(begin: () => ChildProcess, concurrency: number): Promise<Measured> {
  const seen = control.reports.length
  const child = begin()
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  if (child.spawnargs.some((arg) => arg.endsWith('server.ts'))) {
    await control.until((report) => control.reports.length > seen && isReady(deployment.id, 1)(report))
  }
  const before = await cpuSeconds(child.pid ?? 0)
  const args = [join(here, 'serving', 'load.ts'), line.toString().trim(), String(concurrency), seconds]
  const { stdout } = await run(process.execPath, [...args, '/v2/models/bench/infer', body])
  const load = JSON.parse(stdout) as Omit<Measured, 'perCpuSecond' | 'megabytes'>
  const used = (await cpuSeconds(child.pid ?? 0)) - before
  const megabytes = await residentMegabytes(child.pid ?? 0)
  child.kill('SIGTERM')
  await once(child, 'exit')
  // The warm-up of one second is in the CPU time, too.
  const answered = load.perSecond * (Number(seconds) + 1)
  return { ...load, perCpuSecond: answered / used, megabytes }
}

/** User and system time of a process with all its threads (Linux). */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
