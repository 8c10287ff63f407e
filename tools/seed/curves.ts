import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Destination } from './home.ts'

const pointsInChunk = 128

/** Adds runs with long curves, whose chunks are left for the platform to compact. Returns their ids. */
export async function seedCurves(
  client: pg.Client,
  to: Destination,
  { runs, length, keys = Object.keys(curves) }: { runs: number; length: number; keys?: readonly string[] },
  tell: (what: string) => void,
): Promise<string[]> {
  const ids: string[] = []
  const start = Date.now() - length * 1000
  for (let number = 0; number < runs; number += 1) {
    const id = randomUUID()
    await client.query('begin')
    await client.query(runSql, [
      id,
      to.projectId,
      to.experimentId,
      `curves-${number}`,
      start,
      start + length * 1000,
      `${to.artifactLocation}/${id.replaceAll('-', '')}/artifacts`,
    ])
    for (const [key, value] of Object.entries(curves)) {
      if (!keys.includes(key)) continue
      await client.query(chunksSql(value), [id, key, start, length, number])
      await client.query(summarySql(value), [id, key, start, length, number, to.experimentId])
    }
    await client.query(workSql, [randomUUID(), id.replaceAll('-', ''), to.projectId])
    await client.query('commit')
    ids.push(id.replaceAll('-', ''))
    tell(`${number + 1} runs with ${length} points a curve`)
  }
  return ids
}

/** Of `s`, the step, and `$5`, the number of the run. */
const curves: Readonly<Record<string, string>> = {
  loss: `case when s % 10000 = 9999 then 'NaN'::float8
    else (2 + $5::int % 7) * exp(-s * 5.0 / $4::bigint) + 0.2 + 0.1 * sin(s * 0.7 + $5::int) * sin(s * 13.7) end`,
  accuracy: `1 - exp(-s * (3.0 + $5::int % 5) / $4::bigint) - 0.03 * abs(sin(s * 7.3 + $5::int))`,
  lr: `0.001 * (1 + cos(pi() * s / $4::bigint)) / 2`,
}

const runSql = `
insert into runs (id, project_id, experiment_id, name, user_name, status, start_ms, end_ms, artifact_uri)
values ($1, $2, $3, $4, 'ada', 'finished', $5, $6, $7)`

const workSql = `insert into work (id, kind, key, project_id) values ($1, 'tracking.compact', $2, $3)`

const chunksSql = (value: string) => `
insert into metric_chunks (run_id, key, first_ms, mark, points)
select $1::uuid, $2, $3::bigint + first * 1000, first, bytes
from generate_series(0, $4::bigint - 1, ${pointsInChunk}) first, lateral (
  select string_agg(int8send($3::bigint + s * 1000) || int8send(s) || float8send(${value}), ''::bytea order by s) as bytes
  from generate_series(first, least(first + ${pointsInChunk}, $4::bigint) - 1) s where $5::int >= 0) as c`

const summarySql = (value: string) => `
insert into metric_summaries (run_id, key, step, time_ms, value, min, max, count, experiment_id, first_ms, last_ms)
select $1::uuid, $2, $4::bigint - 1, $3::bigint + ($4::bigint - 1) * 1000,
  (select ${value} from (values ($4::bigint - 1)) as last (s)),
  min(nullif(v, 'NaN')), max(nullif(v, 'NaN')), count(*), $6::bigint,
  $3::bigint, $3::bigint + ($4::bigint - 1) * 1000
from generate_series(0, $4::bigint - 1) s, lateral (select ${value}) as c (v) where $5::int >= 0`
