import type pg from 'pg'
import type { Destination } from './home.ts'

const runsAtOnce = 20_000

/** Adds runs with params, tags and short curves, made by the database itself. */
export async function seedRuns(
  client: pg.Client,
  to: Destination,
  { runs, points }: { runs: number; points: number },
  tell: (what: string) => void,
): Promise<void> {
  if (runs === 0) return
  await client.query(preparation)
  const start = Date.now() - runs * 60_000
  for (let from = 0; from < runs; from += runsAtOnce) {
    const next = Math.min(runs, from + runsAtOnce)
    await client.query('begin')
    await client.query('truncate seeded')
    await client.query(seededSql, [from, next - 1, start, to.experimentId])
    await client.query(runsSql, [to.projectId, to.experimentId, to.artifactLocation])
    await client.query(paramsSql, [to.experimentId])
    await client.query(tagsSql, [to.experimentId])
    await client.query(summariesSql, [to.experimentId, points])
    await client.query(chunksSql, [points])
    await client.query('commit')
    tell(`${next} runs`)
  }
}

/** `uniform(i, k)` is the same number in (0, 1) every time; `curve` is the value of a metric at a step. */
const preparation = `
set synchronous_commit = off;
create temp table seeded (i bigint, id uuid, start_ms bigint);
create function pg_temp.uniform(i bigint, k bigint) returns double precision immutable language sql
  return ((hashint8extended(i, k) & 2147483647) + 0.5) / 2147483648;
create function pg_temp.curve(key text, final double precision, step bigint, points bigint)
  returns double precision immutable language sql
  return case key when 'rank' then final when 'loss' then final * (2 - (step + 1)::float8 / points)
    else final * (step + 1)::float8 / points end;`

const seededSql = `
insert into seeded
select i, (lpad(to_hex($3::bigint + i * 60000), 12, '0') || '7' || substr(md5(i || ':' || $4::text), 1, 19))::uuid,
  $3::bigint + i * 60000
from generate_series($1::bigint, $2::bigint) i`

const runsSql = `
insert into runs (id, project_id, experiment_id, name, user_name, status, start_ms, end_ms, artifact_uri)
select id, $1::uuid, $2::bigint, 'run-' || i, (array['ada', 'grace', 'alan', 'edsger'])[1 + i % 4],
  case when i % 1000 = 1 then 'running' when i % 20 = 0 then 'failed' else 'finished' end, start_ms,
  case when i % 1000 = 1 then null else start_ms + 45000 end,
  $3::text || '/' || replace(id::text, '-', '') || '/artifacts'
from seeded`

const paramsSql = `
insert into run_params (run_id, experiment_id, key, value)
select id, $1::bigint, key, value from seeded, lateral (values
  ('lr', (array['0.0001', '0.0003', '0.001', '0.003', '0.01', '0.03', '0.1', '0.3', '1', '3'])[1 + floor(pg_temp.uniform(i, 11) * 10)::int]),
  ('depth', (1 + floor(pg_temp.uniform(i, 12) * 20))::text),
  ('optimizer', (array['adam', 'sgd', 'lion'])[1 + floor(pg_temp.uniform(i, 13) * 3)::int]),
  ('sweep', 'sweep-' || i / 50)) as p (key, value)`

const tagsSql = `
insert into run_tags (run_id, experiment_id, key, value)
select id, $1::bigint, key, value from seeded, lateral (values
  ('mlflow.runName', 'run-' || i),
  ('mlflow.user', (array['ada', 'grace', 'alan', 'edsger'])[1 + i % 4]),
  ('mlflow.source.name', 'train.py'),
  ('team', (array['red', 'green', 'blue', 'gold', 'gray'])[1 + floor(pg_temp.uniform(i, 21) * 5)::int]),
  ('ticket', 't-' || i / 50)) as t (key, value)`

const metrics = `lateral (values
  ('accuracy', pg_temp.uniform(i, 1)), ('f1', pg_temp.uniform(i, 2)), ('loss', pg_temp.uniform(i, 3)), ('rank', i::float8)
) as m (key, final)`

const summariesSql = `
insert into metric_summaries (run_id, experiment_id, key, step, time_ms, value, min, max, count, first_ms, last_ms)
select id, $1::bigint, key, $2::bigint - 1, start_ms + ($2::bigint - 1) * 1000, final,
  least(pg_temp.curve(key, final, 0, $2), final), greatest(pg_temp.curve(key, final, 0, $2), final), $2,
  start_ms, start_ms + ($2::bigint - 1) * 1000
from seeded, ${metrics}`

const chunksSql = `
insert into metric_chunks (run_id, key, first_ms, mark, points)
select id, key, start_ms, hashint8extended(i, 99), bytes from seeded, ${metrics}, lateral (
  select string_agg(int8send(start_ms + step * 1000) || int8send(step)
    || float8send(pg_temp.curve(key, final, step, $1::bigint)), ''::bytea order by step) as bytes
  from generate_series(0, $1::bigint - 1) step) as c`
