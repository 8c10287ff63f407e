// Measures tracking over HTTP beside MLflow's own server from PyPI, on SQLite and on PostgreSQL, with its default and its
// best number of workers: `node bench/tracking.ts [--quick] [--alone] [--runs N]`. The same raw requests go to each server
// in turn. Prints a table with the ratios and what was asked for; its exit code says whether all of that was reached.
import { parseArgs } from 'node:util'
import { measureBare } from './tracking/bare.ts'
import { measureCurves } from './tracking/curves.ts'
import { judge } from './tracking/limits.ts'
import { startMlflow, version } from './tracking/mlflow.ts'
import { measureServer, type Rates } from './tracking/server.ts'
import { startSlipway } from './tracking/slipway.ts'
import { call, newRun, startLoad, type Target } from './tracking/target.ts'

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, alone: { type: 'boolean' }, runs: { type: 'string' } },
})
const quick = values.quick === true
const size = { runs: Number(values.runs ?? (quick ? 10_000 : 100_000)), seconds: quick ? 1.5 : 5 }
const own: Rates = new Map()
const peers = new Map<string, Rates>()

{
  await using load = startLoad()
  await using slipway = await startSlipway()
  await measured(slipway, own, () => measureServer(load, slipway, size))
  await measured(slipway, own, () => measureBare(slipway.home, size))
  await measured(slipway, own, () => measureCurves(load, slipway, quick))
}
if (values.alone !== true) {
  for (const database of ['sqlite', 'postgresql'] as const) {
    await peer(database)
    const best = quick ? undefined : await bestWorkers(database)
    if (best !== undefined) await peer(database, best)
  }
}
process.exitCode = judge(own, peers, size.runs) ? 0 : 1

async function measured(target: Target, into: Rates, measure: () => Promise<Rates>): Promise<void> {
  for (const [what, value] of await measure()) {
    into.set(what, value)
    console.error(`${target.name}: ${what}: ${value.toPrecision(4)}`)
  }
}

async function peer(database: 'sqlite' | 'postgresql', workers?: number): Promise<void> {
  await using load = startLoad()
  await using mlflow = await startMlflow(database, workers)
  const rates: Rates = new Map([['seconds to start', mlflow.startSeconds]])
  await measured(mlflow, rates, () => measureServer(load, mlflow, size))
  peers.set(`MLflow ${version}, ${database}, ${workers ?? 'default'} workers`, rates)
}

/** The number of workers with the highest rate of single writes. */
async function bestWorkers(database: 'sqlite' | 'postgresql'): Promise<number> {
  const rates: { workers: number; rate: number }[] = []
  for (const workers of [1, 2]) {
    await using load = startLoad()
    await using mlflow = await startMlflow(database, workers)
    const made = await call(mlflow, 'experiments/create', { name: 'workers' })
    const run = await newRun(mlflow, String(made.experiment_id))
    const { rate } = await load.measure(mlflow, { kind: 'log-metric', run }, { callers: 16, seconds: 2 })
    rates.push({ workers, rate })
  }
  return rates.sort((a, b) => b.rate - a.rate)[0]?.workers ?? 1
}
