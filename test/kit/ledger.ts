import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { silent } from '../../src/base/log.ts'
import { openLocalBlobs } from '../../src/blobs/local.ts'
import { createColumnar } from '../../src/columnar/pool.ts'
import { openStore } from '../../src/store/index.ts'
import type { DB } from '../../src/store/tables.ts'
import { eventually, type Program } from './program.ts'

/** When the platform was down, in milliseconds since 1970. */
export interface Downtime {
  readonly from: number
  readonly to: number
}

export interface Ledger {
  readonly acknowledged: readonly string[]
  readonly failures: readonly { readonly sent: number; readonly failed: number; readonly why: string }[]
}

/** Clocks of two processes on one machine, and the time between a signal and its effect. */
const marginMs = 250
const project = 'default'

/** What the traffic driver wrote down. */
export function readLedger(directory: string): Ledger {
  const lines = (file: string) =>
    readFileSync(join(directory, file), { encoding: 'utf8', flag: 'a+' })
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(','))
  return {
    acknowledged: lines('predictions.csv').map(([id = '']) => id),
    failures: lines('failures.csv').map(([sent, failed, why = '']) => ({
      sent: Number(sent),
      failed: Number(failed),
      why,
    })),
  }
}

/** A request may only fail when some of its time fell into a down-time. */
export function assertOnlyDowntimeFailed(ledger: Ledger, downtimes: readonly Downtime[]): void {
  const unexcused = ledger.failures.filter(
    ({ sent, failed }) =>
      !downtimes.some(({ from, to }) => sent <= to + marginMs && failed >= from - marginMs),
  )
  assert.deepEqual(unexcused, [], 'requests failed while the platform was up')
}

/** Each acknowledged prediction is exactly one row of the log, and no row is there twice. */
export async function assertLogged(program: Program, deployment: string, ledger: Ledger): Promise<void> {
  const { acknowledged } = ledger
  assert.equal(new Set(acknowledged).size, acknowledged.length, 'an id was given twice')
  const counted = await eventually('the segments to be converted', async () => {
    const { predictions } = await program.client.deployments.get({ params: { project, deployment } })
    return predictions.waiting_segments === 0 && predictions.rows >= acknowledged.length
      ? predictions.rows
      : undefined
  })
  const logged = await loggedIds(program)
  assert.equal(logged.length, counted, 'rows told and rows there')
  const known = new Set(logged)
  assert.equal(known.size, logged.length, 'a row is in the log twice')
  assert.deepEqual(
    acknowledged.filter((id) => !known.has(id)),
    [],
    'acknowledged predictions that are not in the log',
  )
}

/** Ids in the Parquet parts themselves, whatever the API makes of them. */
async function loggedIds(program: Program): Promise<string[]> {
  await using store = await openStore({ home: program.home, log: silent })
  await using columnar = createColumnar({ tempDirectory: join(program.home, 'tmp', 'ledger') })
  const blobs = await openLocalBlobs(join(program.home, 'blobs'))
  const parts = await store.read
    .selectFrom('prediction_parts')
    .select('digest')
    .where('merged_into', 'is', null)
    .execute()
  if (parts.length === 0) return []
  const files = await Promise.all(parts.map(({ digest }) => blobs.localPath(digest)))
  const rows = await columnar.query({
    statements: ['select id from read_parquet({{parts}}, union_by_name = true)'],
    files: { parts: files },
  })
  return rows.map(({ id }) => String(id))
}

/** What must happen once, by what tells one from the other: a query finds those that happened more often. */
const once = {
  'a version of one cycle': sql`
    select model_version_id from line_cycles where model_version_id is not null`,
  'a rollout of one version': sql`
    select r.deployment_id, v.model_version_id from rollouts r
    join revisions v on v.deployment_id = r.deployment_id and v.number = r.revision where r.kind <> 'rollback'`,
  'a step of a rollout': sql`
    select details->>'rollout_id', details->>'position' from audit_entries where action = 'rollout.enter_step'`,
  'the event of a step': sql`
    select subject, data->>'position' from events where type = 'rollout.stepped'`,
  'the end of a rollout': sql`select subject from events where type = 'rollout.finished'`,
  'the end of a pipeline': sql`select subject from events where type = 'pipeline_run.finished'`,
  'the beginning of a cycle': sql`
    select line_id, cycle from line_decisions where kind = 'cycle_started'`,
  'a decision of a cycle': sql`
    select line_id, cycle, kind from line_decisions where kind in ('training_finished', 'gates_passed')`,
  'the end of a cycle': sql`
    select line_id, cycle from line_decisions where kind like 'cycle_%' and kind <> 'cycle_started'`,
  'an alert of a window': sql`select monitor_id, kind, first_sequence from alerts`,
  'an open alert of a kind': sql`select monitor_id, kind from alerts where resolved_at is null`,
  'the event of an alert': sql`select type, subject from events where type like 'alert.%'`,
  'a version of a dataset from one request': sql`
    select dataset_id, version from dataset_versions`,
} as const

/** Each version, rollout step, decision and alert happened exactly once, and nothing was left half-done. */
export async function assertOnce(program: Program): Promise<void> {
  await using store = await openStore({ home: program.home, log: silent })
  for (const [what, all] of Object.entries(once)) {
    const { rows } = await sql`select each, count(*)::int as times from (${all}) as each
      group by each having count(*) > 1`.execute(store.read)
    assert.deepEqual(rows, [], `${what}: more than once`)
  }
  await assertWhole(store.read)
}

const leftovers = {
  'versions that no cycle made': sql`
    select id from model_versions where id not in (select model_version_id from line_cycles
      where model_version_id is not null)`,
  'completed cycles without a completed rollout': sql`
    select c.id from line_cycles c left join rollouts r on r.id = c.rollout_id
    where c.state = 'completed' and r.state is distinct from 'completed'`,
  'steps of completed rollouts that were not passed': sql`
    select s.rollout_id, s.position from rollout_steps s join rollouts r on r.id = s.rollout_id
    where r.state = 'completed' and s.outcome is distinct from 'passed'`,
  'completed rollouts without all of their steps': sql`
    select r.id from rollouts r where r.state = 'completed' and jsonb_array_length(r.plan) <>
      (select count(*) from rollout_steps s where s.rollout_id = r.id)`,
  'work that was given up': sql`select kind, key, error from work where state = 'failed'`,
} as const

async function assertWhole(db: Kysely<DB>): Promise<void> {
  for (const [what, found] of Object.entries(leftovers)) {
    const { rows } = await found.execute(db)
    assert.deepEqual(rows, [], what)
  }
}

/** No job of an ended run and no temporary file of a dead process is left. */
export async function assertSwept(program: Program): Promise<void> {
  const jobs = await readdir(join(program.home, 'jobs'))
  // what was being made when a kill came has no name yet, and goes within a day
  const left = jobs.filter((name) => !name.startsWith('.staging-'))
  assert.deepEqual(left, [], 'directories of jobs')
  const scratches = (await readdir(join(program.home, 'tmp'))).filter((name) => name.startsWith('process-'))
  assert.equal(scratches.length, 2, 'only the API and the worker have temporary files')
}

/** What the platform is at: for the report of a story that did not go on. */
export async function standing(program: Program): Promise<string> {
  await using store = await openStore({ home: program.home, log: silent })
  const queries = [
    sql`select kind, key, state, attempt, failures, error, owner, run_at, lease_until, now() from work order by kind`,
    sql`select pid, state, wait_event, now() - xact_start as since, pg_blocking_pids(pid) as waits_for, left(query, 100) as query
      from pg_stat_activity where xact_start is not null and pid <> pg_backend_pid()`,
    sql`select state, count(*) from prediction_segments group by 1`,
  ]
  const found = await Promise.all(queries.map((query) => query.execute(store.read)))
  return found.flatMap(({ rows }) => rows.map((row) => JSON.stringify(row))).join('\n')
}
