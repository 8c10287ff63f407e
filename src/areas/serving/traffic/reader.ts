import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../store/tables.ts'
import type { Counters } from './traffic.ts'

/** The sums of each revision over all servers, from a minute on. */
export async function countersSince(
  db: Kysely<DB>,
  deploymentId: string,
  from: Date,
): Promise<ReadonlyMap<number, Counters>> {
  const { rows } = await sql<Counters & { number: number }>`
    with picked as (
      select number, requests, errors, rows, latency from traffic_minutes
      where deployment_id = ${deploymentId} and minute >= ${from}
    ), buckets as (
      select number, i, sum(n) as n from picked, unnest(latency) with ordinality as bucket (n, i) group by number, i
    )
    select number, sum(requests)::float8 as requests, sum(errors)::float8 as errors, sum(rows)::float8 as rows,
      (select coalesce(array_agg(n order by i), '{}')::float8[] from buckets where number = picked.number) as latency
    from picked group by number`.execute(db)
  return new Map(rows.map(({ number, ...counters }) => [number, counters]))
}

export interface MinuteCounters extends Counters {
  readonly number: number
  readonly minute: Date
}

/** The sums of each revision and minute over all servers, oldest first. */
export async function minutesSince(
  db: Kysely<DB>,
  deploymentId: string,
  from: Date,
): Promise<readonly MinuteCounters[]> {
  const { rows } = await sql<MinuteCounters>`
    with picked as (
      select minute, number, requests, errors, rows, latency from traffic_minutes
      where deployment_id = ${deploymentId} and minute >= ${from}
    ), buckets as (
      select minute, number, i, sum(n) as n
      from picked, unnest(latency) with ordinality as bucket (n, i) group by 1, 2, 3
    ), latencies as (
      select minute, number, array_agg(n order by i)::float8[] as latency from buckets group by 1, 2
    )
    select minute, number, sum(requests)::float8 as requests,
      sum(errors)::float8 as errors, sum(rows)::float8 as rows, coalesce(min(latencies.latency), '{}') as latency
    from picked left join latencies using (minute, number)
    group by 1, 2 order by 1, 2`.execute(db)
  return rows
}

/** The start of the minute that `time` is in, some minutes earlier. */
export function minuteOf(time: Date, minutesEarlier = 0): Date {
  return new Date((Math.floor(time.getTime() / 60_000) - minutesEarlier) * 60_000)
}
