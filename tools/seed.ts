// Fills a platform's database with runs, for benchmarks and for looking at pages that are full: `node tools/seed.ts --help`.
import { parseArgs } from 'node:util'
import { messageOf } from '../src/base/error.ts'
import { seedCurves } from './seed/curves.ts'
import { openHome } from './seed/home.ts'
import { seedRuns } from './seed/runs.ts'

const help = `node tools/seed.ts --home DIR [options]

Writes runs into the database of a platform, running or not, or of --database URL.

  --home DIR          the platform's data directory (default: SLIPWAY_HOME or ~/.slipway)
  --database URL      an external PostgreSQL instead
  --project NAME      made if need be (default: default)
  --experiment NAME   made if need be (default: seed)
  --runs N            runs to add (default: 100000)
  --points N          points of each of their curves, 1 to 160 (default: 10)
  --curves N          runs with long curves to add, in the experiment NAME-curves (default: 0)
  --length N          points of each long curve (default: 100000)

Run number i of n has
  metrics  accuracy, f1, loss: independent, uniform in (0, 1); rank: i
  params   lr: one of 10 values; depth: 1 to 20; optimizer: adam, sgd or lion; sweep: sweep-<i/50>, 50 runs each
  tags     team: one of 5 (red, green, blue, gold, gray); ticket: t-<i/50>, 50 runs each; mlflow.* as clients set them
A run with long curves has metrics loss, accuracy and lr; of loss every 10,000th point is NaN.
100,000 runs take about half a minute; the pages then show them at once:
  slipway up --home /tmp/full &  node tools/seed.ts --home /tmp/full --curves 50`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    home: { type: 'string' },
    database: { type: 'string' },
    project: { type: 'string', default: 'default' },
    experiment: { type: 'string', default: 'seed' },
    runs: { type: 'string', default: '100000' },
    points: { type: 'string', default: '10' },
    curves: { type: 'string', default: '0' },
    length: { type: 'string', default: '100000' },
  },
})

if (values.help) console.log(help)
else await seed().catch((error) => fail(messageOf(error)))

async function seed(): Promise<void> {
  const [runs, points] = [count('runs'), count('points')]
  if (points < 1 || points > 160) fail('--points must be 1 to 160')
  await using home = await openHome(values)
  const started = performance.now()
  const tell = (what: string) =>
    console.log(`${((performance.now() - started) / 1000).toFixed(1)} s  ${what}`)
  const to = await home.experiment(values.project, values.experiment)
  await seedRuns(home.client, to, { runs, points }, tell)
  if (count('curves') > 0) {
    const apart = await home.experiment(values.project, `${values.experiment}-curves`)
    await seedCurves(home.client, apart, { runs: count('curves'), length: count('length') }, tell)
  }
  await home.client.query('vacuum analyze runs, run_params, run_tags, metric_summaries, metric_chunks')
  tell('vacuumed and analyzed')
}

function count(name: 'runs' | 'points' | 'curves' | 'length'): number {
  const number = Number(values[name])
  return Number.isSafeInteger(number) && number >= 0 ? number : fail(`--${name} must be a whole number`)
}

function fail(message: string): never {
  console.error(`seed: ${message}`)
  process.exit(1)
}
