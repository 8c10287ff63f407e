// Shows how searches grow from 1,000 to 1,000,000 runs: `node bench/scaling.ts [most runs]`. Writes the plot
// docs/images/search-scaling.svg. Every indexed query finds the same number of runs at every size.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRunReader } from '../src/areas/tracking/run-reader.ts'
import { searchRuns } from '../src/areas/tracking/run-search.ts'
import { silent } from '../src/base/log.ts'
import { openStore } from '../src/store/index.ts'
import { openHome } from '../tools/seed/home.ts'
import { seedRuns } from '../tools/seed/runs.ts'
import { type Line, plot } from './tracking/plot.ts'

const most = Number(process.argv[2] ?? 1_000_000)
const sizes = [1000, 10_000, 100_000, 1_000_000].filter((size) => size <= most)
const repeats = 41
const directory = await mkdtemp(join(tmpdir(), 'slipway-scaling-'))
const lines = new Map<string, { runs: number; ms: number }[]>()

for (const runs of sizes) await measure(runs)
await rm(directory, { recursive: true, force: true })
const plotted: Line[] = [...lines].map(([name, points]) => ({ name, points }))
await writeFile(join(import.meta.dirname, '..', 'docs', 'images', 'search-scaling.svg'), plot(plotted))
process.exitCode = judge() ? 0 : 1

async function measure(runs: number): Promise<void> {
  await using home = await openHome({ home: join(directory, String(runs)) })
  const to = await home.experiment('default', 'scaling')
  await seedRuns(home.client, to, { runs, points: 1 }, () => {})
  await home.client.query('vacuum analyze')
  await using store = await openStore({ url: home.url, log: silent })
  const reader = createRunReader(store, async () => 0)
  const { rows } = await home.client.query<{ id: string; start_ms: number }>(
    'select id, start_ms from runs order by start_ms offset $1 limit 1',
    [Math.floor(runs / 2)],
  )
  const middle = { id: (rows[0]?.id ?? '').replaceAll('-', ''), start: rows[0]?.start_ms ?? 0 }
  const sweep = Math.floor(runs / 100)
  const search = (filter: string, order?: string) => () =>
    searchRuns(store, {
      projectId: to.projectId,
      experimentIds: [to.experimentId],
      limit: 50,
      filter,
      order: order === undefined ? [] : [order],
    })
  const queries: Readonly<Record<string, () => Promise<unknown>>> = {
    'by id: 1 run': () => reader.run(to.projectId, middle.id),
    'by time: 50 runs': search(
      `attributes.start_time >= ${middle.start} and attributes.start_time < ${middle.start + 50 * 60_000}`,
    ),
    'by a selective metric: 50 runs': search(`metrics.rank >= ${runs - 50}`),
    'by a selective param: 50 runs': search(`params.sweep = 'sweep-${sweep}'`),
    'by a selective tag, in order of a metric: 50 runs': search(
      `tags.ticket = 't-${sweep}'`,
      'metrics.accuracy DESC',
    ),
    'first 50 by metric (50 %), param (10 %) and tag (20 %), in order of that metric': search(
      "metrics.accuracy > 0.5 and params.lr = '0.1' and tags.team = 'red'",
      'metrics.accuracy DESC',
    ),
    'scan: param ILIKE that nothing fulfils': search("params.optimizer ILIKE '%nothing%'"),
    'scan: param != that nothing fulfils': search("params.optimizer != 'adam' and params.lr ILIKE 'x%'"),
  }
  for (const [name, query] of Object.entries(queries)) {
    const ms = await median(query, name.startsWith('scan') ? 5 : repeats)
    lines.set(name, [...(lines.get(name) ?? []), { runs, ms }])
    console.log(`${String(runs).padStart(9)} runs  ${ms.toFixed(2).padStart(9)} ms  ${name}`)
  }
}

async function median(query: () => Promise<unknown>, times: number): Promise<number> {
  const taken: number[] = []
  for (let n = 0; n < times; n += 1) {
    const start = performance.now()
    await query()
    taken.push(performance.now() - start)
  }
  return taken.sort((a, b) => a - b)[times >> 1] ?? 0
}

/**
 * Selective queries grow no faster than log n from the smallest to the largest, with half again for the noise of a machine;
 * the first page of an unselective one takes at most 50 ms at 100,000 runs, what must scan 1 s.
 */
function judge(): boolean {
  let reached = true
  for (const [name, points] of lines) {
    const [first, last] = [points[0], points.at(-1)]
    if (first === undefined || last === undefined) continue
    const fixed = name.startsWith('scan') ? 1000 : name.startsWith('first') ? 50 : undefined
    const limit = fixed ?? 1.5 * first.ms * (Math.log(last.runs) / Math.log(first.runs))
    const at = fixed === undefined ? last : points.find((point) => point.runs === 100_000)
    const fine = at === undefined || at.ms <= limit || at.ms < 5
    if (!fine) console.log(`MISSED   ${name}: ${at.ms.toFixed(1)} ms, limit ${limit.toFixed(1)} ms`)
    reached &&= fine
  }
  return reached
}
