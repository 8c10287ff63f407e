// Measures how fast files go in and out through MLflow's proxy, beside the raw disk and MLflow's own server from PyPI:
// `node bench/artifacts.ts [--gigabytes N] [--alone]`. Files are read and written past the page cache, writes end with
// fsync. Its exit code says whether what was asked for was reached: 70 % of the disk's rate, 64 MB of memory.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { forgetCached, rawRead, rawWrite } from './artifacts/disk.ts'
import { download, upload, uploadInParts } from './artifacts/transfer.ts'
import { startMlflow } from './tracking/mlflow.ts'
import { startSlipway } from './tracking/slipway.ts'

const { values } = parseArgs({ options: { gigabytes: { type: 'string' }, alone: { type: 'boolean' } } })
const size = Number(values.gigabytes ?? 5) * 1e9
const scratch = await mkdtemp(join(tmpdir(), 'slipway-bench-artifacts-'))
const least = 0.7
const most = 64
let reached = true

try {
  const disk = { write: await rawWrite(join(scratch, 'raw'), size), read: 0 }
  disk.read = await rawRead(join(scratch, 'raw'))
  await rm(join(scratch, 'raw'))
  tell('disk, write with fsync', disk.write)
  tell('disk, read', disk.read)
  await measureSlipway(disk)
  if (values.alone !== true) await measureMlflow()
} finally {
  await rm(scratch, { recursive: true, force: true })
}
process.exitCode = reached ? 0 : 1

async function measureSlipway(disk: { write: number; read: number }): Promise<void> {
  await using slipway = await startSlipway()
  const pid = slipway.parts().get('serve')
  if (pid === undefined) throw new Error('serve does not run')
  // What any process needs once it has moved its first gigabyte is no growth.
  await upload(slipway, 'bench/warm', 2e8, 1)
  await download(slipway, 'bench/warm')
  const before = await resident(pid)
  await using memory = watch(pid)
  const measured = async (what: string, rawRate: number, transfer: () => Promise<number>) => {
    const start = await processorSeconds(pid)
    judge(what, await transfer(), rawRate)
    console.log(
      `  ${(((await processorSeconds(pid)) - start) / (size / 1e9)).toFixed(2)} s of processor a gigabyte`,
    )
  }
  await measured('upload', disk.write, () => upload(slipway, 'bench/whole', size, 2))
  await forgetCached(slipway.home)
  await measured('download', disk.read, () => download(slipway, 'bench/whole'))
  await measured('upload in parts', disk.write, () => uploadInParts(slipway, 'bench/parts', size, 3))
  const growth = memory.highest() - before
  const fine = growth <= most
  reached &&= fine
  console.log(`memory of serve: ${before.toFixed(0)} MB, ${growth.toFixed(0)} MB more at most ${mark(fine)}`)
}

async function measureMlflow(): Promise<void> {
  await using mlflow = await startMlflow('sqlite')
  tell('MLflow, upload', await upload(mlflow, 'bench/whole', size, 4))
  tell('MLflow, download', await download(mlflow, 'bench/whole'))
}

function judge(what: string, rate: number, disk: number): void {
  const share = rate / disk
  const fine = share >= least
  reached &&= fine
  console.log(`${what}: ${rate.toFixed(0)} MB/s, ${(share * 100).toFixed(0)} % of the disk ${mark(fine)}`)
}

function tell(what: string, rate: number): void {
  console.log(`${what}: ${rate.toFixed(0)} MB/s`)
}

function mark(fine: boolean): string {
  return fine ? '✔' : '✖'
}

function watch(pid: number): Disposable & AsyncDisposable & { highest(): number } {
  let highest = 0
  const timer = setInterval(() => {
    resident(pid).then(
      (now) => {
        highest = Math.max(highest, now)
      },
      () => {},
    )
  }, 50)
  const stop = () => clearInterval(timer)
  return { highest: () => highest, [Symbol.dispose]: stop, [Symbol.asyncDispose]: async () => stop() }
}

/** Of all threads, in user and system mode; the kernel counts in hundredths. */
async function processorSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Resident memory in MB. */
async function resident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1000
}
