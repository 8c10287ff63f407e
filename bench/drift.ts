// Measures ingestion and the drift report on made-up data: `node bench/drift.ts [rows] [runs]`, 24 numeric and 6
// categorical columns, as many rows in the window as in the reference. CPU time and peak memory are those of the query
// processes; the memory limit of queries is the program's default.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convert } from '../src/areas/data/ingest/convert.ts'
import { profileParts } from '../src/areas/data/profile.ts'
import { buildReference } from '../src/areas/monitoring/drift/build.ts'
import { countColumns } from '../src/areas/monitoring/drift/count.ts'
import { judgeDrift } from '../src/areas/monitoring/drift/judge.ts'
import { openBlobs } from '../src/blobs/open.ts'
import type { Columnar } from '../src/columnar/columnar.ts'
import { createColumnar } from '../src/columnar/pool.ts'
import type { DatasetVersion } from '../src/contract/data.ts'

const rows = Number(process.argv[2] ?? 200_000)
const runs = Number(process.argv[3] ?? 3)
const results = new Map<string, { seconds: number; cpu: number; peak: number }[]>()

const directory = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
const reference = join(directory, 'reference.parquet')
const window = join(directory, 'window.parquet')
const csv = join(directory, 'reference.csv')
await generate()
for (let run = 0; run < runs; run += 1) await measureOnce()
await rm(directory, { recursive: true })

console.log(`${rows} rows of 30 columns; medians of ${runs} runs`)
for (const [name, all] of results) {
  const middle = (of: 'seconds' | 'cpu' | 'peak') =>
    all.map((one) => one[of]).sort((a, b) => a - b)[all.length >> 1] ?? 0
  const line = `${middle('seconds').toFixed(2)} s, ${middle('cpu').toFixed(2)} CPU-s, peak ${middle('peak').toFixed(0)} MB`
  console.log(`${name.padEnd(44)} ${line}`)
}

async function generate(): Promise<void> {
  await using columnar = open()
  const columns = (shift: number) => [
    ...Array.from(
      { length: 24 },
      (_, i) =>
        `(sqrt(-2 * ln(random() + 1e-12)) * cos(6.2831853 * random()) + ${i % 3 === 0 ? shift : 0})::FLOAT AS n${i}`,
    ),
    ...Array.from({ length: 6 }, (_, i) => `'v' || (random() * random() * ${5 + i * 8})::INT AS c${i}`),
  ]
  const write = (out: string, select: string, format: string) =>
    columnar.query({
      statements: ['SELECT setseed(0.5)', `COPY (${select}) TO {{out}} (${format})`],
      writes: { out },
    })
  await write(reference, `SELECT ${columns(0).join(', ')} FROM range(${rows})`, 'FORMAT parquet')
  const inputs = columns(0.5).map((column) => column.replace(/ AS (\w+)$/, ' AS in_$1'))
  await write(window, `SELECT ${inputs.join(', ')} FROM range(${rows})`, 'FORMAT parquet')
  await columnar.query({
    statements: ['COPY (SELECT * FROM read_parquet({{reference}})) TO {{csv}} (FORMAT csv)'],
    files: { reference },
    writes: { csv },
  })
}

async function measureOnce(): Promise<void> {
  const blobs = await openBlobs({ kind: 'local', home: directory })
  const { schema } = await measured('ingest of the CSV file', (columnar) =>
    convert({ columnar, blobs, tempDirectory: directory }, { path: csv, filename: 'reference.csv' }),
  )
  const profile = await measured('profile of the reference', (columnar) =>
    profileParts(columnar, schema, [reference]),
  )
  const version = { id: 'reference', rows, profile } as DatasetVersion
  const names = schema.map(({ name }) => name)
  const fixed = await measured('bins and counts of the reference, once', (columnar) =>
    buildReference(columnar, version, [reference], names),
  )
  const judged = await measured('report on a window', async (columnar) =>
    judgeDrift(fixed, await countColumns(columnar, [window], fixed.columns, { prefix: 'in_' }), 0.2),
  )
  if (judged.columns.filter((column) => column.drifted).length !== 8)
    throw new Error('eight columns were shifted')
}

function open(): Columnar {
  return createColumnar({ tempDirectory: join(directory, 'spill') })
}

async function measured<T>(name: string, work: (columnar: Columnar) => Promise<T>): Promise<T> {
  await using columnar = open()
  const begin = performance.now()
  const result = await work(columnar)
  const seconds = (performance.now() - begin) / 1000
  const used = await usageOfChildren()
  results.set(name, [...(results.get(name) ?? []), { seconds, ...used }])
  return result
}

/** Of the query processes that still wait for more work: clock ticks of CPU and the high-water mark of memory. */
async function usageOfChildren(): Promise<{ cpu: number; peak: number }> {
  const text = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
  let [cpu, peak] = [0, 0]
  for (const pid of text
    .trim()
    .split(' ')
    .filter((part) => part !== '')) {
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
    cpu += (Number(fields[11]) + Number(fields[12])) / 100
    peak = Math.max(
      peak,
      Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    )
  }
  return { cpu, peak }
}
