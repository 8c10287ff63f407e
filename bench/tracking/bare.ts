import { randomUUID } from 'node:crypto'
import { createPointAppender } from '../../src/areas/tracking/points/append.ts'
import { silent } from '../../src/base/log.ts'
import { connect } from '../../src/store/connect.ts'
import { embeddedDatabaseUrl, openStore } from '../../src/store/index.ts'
import type { Rates, Size } from './server.ts'

/** What the same PostgreSQL takes without HTTP: coalesced inserts of single points, and rows by `unnest`. */
export async function measureBare(home: string, { seconds }: Pick<Size, 'seconds'>): Promise<Rates> {
  const url = await embeddedDatabaseUrl(home)
  return new Map([
    ['points by coalesced inserts without HTTP, 16 at once', await coalesced(url, seconds)],
    ['rows by insert … select unnest(…) of 1,000', await unnested(url, seconds)],
  ])
}

async function coalesced(url: string, seconds: number): Promise<number> {
  await using store = await openStore({ url, log: silent })
  const run = await store.read
    .selectFrom('runs')
    .select(['id', 'project_id', 'experiment_id'])
    .executeTakeFirstOrThrow()
  const append = createPointAppender(store)
  const id = run.id.replaceAll('-', '')
  const to = { id, projectId: run.project_id, experimentId: String(run.experiment_id) }
  let n = 0
  const end = performance.now() + seconds * 1000
  const start = performance.now()
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (performance.now() < end) {
        n += 1
        await append(to, [{ key: 'bare', value: n, step: n, time: 1.7e12 + n }])
      }
    }),
  )
  return n / ((performance.now() - start) / 1000)
}

/** Into a table without any index: the most that rows of this form can reach. */
async function unnested(url: string, seconds: number): Promise<number> {
  const client = await connect(url)
  await client.query(`create table bench_points (run_id uuid not null, key text not null, step bigint not null,
    time_ms bigint not null, value double precision not null)`)
  const text = `insert into bench_points
    select * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::float8[])`
  const run = randomUUID()
  const numbers = Array.from({ length: 1000 }, (_, i) => i)
  let n = 0
  const start = performance.now()
  while (performance.now() < start + seconds * 1000) {
    const from = n
    await client.query({
      name: 'unnest',
      text,
      values: [
        numbers.map(() => run),
        numbers.map((i) => `m${i % 10}`),
        numbers.map((i) => from + i),
        numbers.map((i) => 1.7e12 + from + i),
        numbers,
      ],
    })
    n += 1000
  }
  const rate = n / ((performance.now() - start) / 1000)
  await client.query('drop table bench_points')
  await client.end()
  return rate
}
