import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Destination } from './home.ts'

const pointsInChunk = 128
const chunksAtOnce = 500
const pointBytes = 24

/** Value at a step of so many, in run number `run`. */
type Curve = (step: number, length: number, run: number) => number

const curves: Readonly<Record<string, Curve>> = {
  loss: (s, n, run) =>
    s % 10_000 === 9999
      ? Number.NaN
      : (2 + (run % 7)) * Math.exp((-5 * s) / n) + 0.2 + 0.1 * Math.sin(s * 0.7 + run) * Math.sin(s * 13.7),
  accuracy: (s, n, run) =>
    1 - Math.exp((-s * (3 + (run % 5))) / n) - 0.03 * Math.abs(Math.sin(s * 7.3 + run)),
  lr: (s, n) => (0.001 * (1 + Math.cos((Math.PI * s) / n))) / 2,
}

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
    const hex = id.replaceAll('-', '')
    await client.query('begin')
    const artifacts = `${to.artifactLocation}/${hex}/artifacts`
    const { projectId, experimentId } = to
    await client.query(runSql, [
      ...[id, projectId, experimentId, `curves-${number}`, start, start + length * 1000, artifacts],
    ])
    for (const [key, curve] of Object.entries(curves)) {
      if (!keys.includes(key)) continue
      const range = await writeCurve(client, { id, key, start, length }, (step) =>
        curve(step, length, number),
      )
      const last = start + (length - 1) * 1000
      const value = curve(length - 1, length, number)
      await client.query(summarySql, [
        ...[id, experimentId, key, length - 1, last, value, range.min, range.max, length, start],
      ])
    }
    await client.query(workSql, [randomUUID(), hex, projectId])
    await client.query('commit')
    ids.push(hex)
    tell(`${number + 1} runs with ${length} points a curve`)
  }
  return ids
}

async function writeCurve(
  client: pg.Client,
  { id, key, start, length }: { id: string; key: string; start: number; length: number },
  at: (step: number) => number,
): Promise<{ min: number; max: number }> {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let from = 0; from < length; from += pointsInChunk * chunksAtOnce) {
    const count = Math.min(pointsInChunk * chunksAtOnce, length - from)
    const bytes = Buffer.allocUnsafe(count * pointBytes)
    for (let i = 0; i < count; i += 1) {
      const value = at(from + i)
      if (value < min) min = value
      if (value > max) max = value
      writeInt64(bytes, start + (from + i) * 1000, i * pointBytes)
      writeInt64(bytes, from + i, i * pointBytes + 8)
      bytes.writeDoubleBE(value, i * pointBytes + 16)
    }
    await client.query(chunksSql, [id, key, start, from, bytes])
  }
  return { min, max }
}

function writeInt64(bytes: Buffer, value: number, at: number): void {
  const high = Math.floor(value / 2 ** 32)
  bytes.writeInt32BE(high, at)
  bytes.writeUInt32BE(value - high * 2 ** 32, at + 4)
}

const runSql = `
insert into runs (id, project_id, experiment_id, name, user_name, status, start_ms, end_ms, artifact_uri)
values ($1, $2, $3, $4, 'ada', 'finished', $5, $6, $7)`

const workSql = `insert into work (id, kind, key, project_id) values ($1, 'tracking.compact', $2, $3)`

const chunksSql = `
insert into metric_chunks (run_id, key, first_ms, mark, points)
select $1::uuid, $2, $3::bigint + ($4::bigint + first) * 1000, $4::bigint + first,
  substring($5::bytea from first * ${pointBytes} + 1 for ${pointsInChunk * pointBytes})
from generate_series(0, octet_length($5::bytea) / ${pointBytes} - 1, ${pointsInChunk}) first`

const summarySql = `
insert into metric_summaries (run_id, experiment_id, key, step, time_ms, value, min, max, count, first_ms, last_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $5)`
