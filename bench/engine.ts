import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silent } from '../src/base/log.ts'
import { openBlobs } from '../src/blobs/open.ts'
import type { JobSpec } from '../src/engine/engine.ts'
import { createLocalEngine } from '../src/engine/local/local.ts'

// What a job costs beyond its command: `true` as a job, one after another and four at a time, against a bare spawn.
// Usage: node bench/engine.ts [jobs]

const jobs = Number(process.argv[2] ?? 30)
const home = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
const blobs = await openBlobs({ kind: 'local', home })
const engine = createLocalEngine({ home, blobs, log: silent })
let count = 0

async function bareSpawn(): Promise<void> {
  await once(spawn('/bin/sh', ['-c', 'true'], { stdio: 'ignore' }), 'exit')
}

function spec(command: string): JobSpec {
  const limits = { timeoutMs: 60_000, memoryBytes: 2 ** 30, cpu: 1, graceMs: 1000 }
  return { name: `bench-${count++}`, command, inputs: {}, outputs: [], params: {}, env: {}, limits }
}

async function job(): Promise<void> {
  const handle = await engine.start(spec('true'))
  const { outcome } = await engine.wait(handle, AbortSignal.timeout(60_000))
  if (outcome !== 'succeeded') throw new Error(outcome)
  await engine.remove(handle)
}

async function median(run: () => Promise<void>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < jobs; i++) {
    const begun = performance.now()
    await run()
    times.push(performance.now() - begun)
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
}

async function together(width: number): Promise<number> {
  const begun = performance.now()
  const rows = Array.from({ length: width }, async () => {
    for (let i = 0; i < jobs / width; i++) await job()
  })
  await Promise.all(rows)
  return (performance.now() - begun) / jobs
}

/** Of the wrapper of a job that does nothing: memory of its own, and CPU per minute. */
async function wrapperCost(): Promise<{ mebibytes: number; cpuPercent: number }> {
  const handle = await engine.start(spec('sleep 5'))
  const wrapper = JSON.parse(
    readFileSync(join(home, 'jobs', handle.name, 'state', 'wrapper.json'), 'utf8'),
  ) as { pid: number }
  const ticks = () => {
    const fields = readFileSync(`/proc/${wrapper.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return Number(fields[11]) + Number(fields[12])
  }
  await new Promise((resolve) => setTimeout(resolve, 500))
  const before = ticks()
  await new Promise((resolve) => setTimeout(resolve, 4000))
  const cpuPercent = (ticks() - before) / 4
  const pss = readFileSync(`/proc/${wrapper.pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+)/m)?.[1]
  await engine.cancel(handle)
  return { mebibytes: Math.round(Number(pss) / 1024), cpuPercent }
}

await bareSpawn()
await job()
const bare = await median(bareSpawn)
const one = await median(job)
const four = await together(4)
const wrapper = process.platform === 'linux' ? await wrapperCost() : undefined
const round = (ms: number) => Math.round(ms * 10) / 10
console.log(
  JSON.stringify({
    jobs,
    bare_spawn_ms: round(bare),
    job_ms: round(one),
    overhead_ms: round(one - bare),
    job_ms_four_at_a_time: round(four),
    wrapper,
  }),
)
await rm(home, { recursive: true, force: true })
