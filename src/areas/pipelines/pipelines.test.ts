import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insertProject } from '../../../test/kit/data.ts'
import { openTestStore } from '../../../test/kit/database.ts'
import { openTestEngine } from '../../../test/kit/engine.ts'
import { until } from '../../../test/kit/until.ts'
import { silent } from '../../base/log.ts'
import { system } from '../../base/principal.ts'
import { createWorker } from '../../store/index.ts'
import { createArtifacts } from '../artifacts/index.ts'
import { createTracking } from '../tracking/index.ts'
import { createPipelines, type StepKind, type StepSpec } from './index.ts'

const limits = { timeoutMs: 30_000, memoryBytes: 2 ** 30, cpu: 1, graceMs: 300 }
const command = (text: string, extra: object = {}) => ({
  command: text,
  inputs: {},
  outputs: ['out'],
  limits,
  ...extra,
})

/** Pipelines on a real database and a real engine, worked on by a real worker. */
async function openTestPipelines(kinds: readonly StepKind[] = []) {
  const resources = new AsyncDisposableStack()
  const store = resources.use(await openTestStore())
  const { engine, blobs } = resources.use(await openTestEngine())
  const projectId = await insertProject(store)
  const tracking = createTracking({ store, artifacts: createArtifacts({ store, blobs }) })
  const deps = { store, blobs, engine, log: silent, tracking, trackingUri: 'http://127.0.0.1:9' }
  const pipelines = createPipelines(deps, kinds)
  const stop = new AbortController()
  const worker = createWorker(store, { handlers: pipelines.area.work ?? [], log: silent }).run(stop.signal)
  resources.defer(async () => {
    stop.abort()
    await worker
  })
  const start = (steps: readonly StepSpec[]) =>
    store.transact(system('test'), (tx) => pipelines.start(tx, { projectId, name: 'p', steps }))
  const states = async (id: string) => {
    const rows = await store.read
      .selectFrom('pipeline_steps')
      .select(['name', 'state', 'failure'])
      .where('pipeline_run_id', '=', id)
      .orderBy('position')
      .execute()
    return Object.fromEntries(rows.map((row) => [row.name, row.state]))
  }
  return {
    store,
    blobs,
    pipelines,
    projectId,
    start,
    states,
    end: (id: string) =>
      until('the end of the pipeline', async () => {
        const result = await pipelines.result(projectId, id)
        return result?.state === 'running' ? undefined : result
      }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

const chain: StepSpec[] = [
  { name: 'a', kind: 'command', with: command('echo hello > $SLIPWAY_OUTPUTS/out/x.txt') },
  {
    name: 'b',
    kind: 'command',
    with: command('tr a-z A-Z < $SLIPWAY_INPUTS/in/x.txt > $SLIPWAY_OUTPUTS/out/y.txt', {
      inputs: { in: { from: 'a.out' } },
    }),
  },
]

test('outputs flow from step to step, and an equal pipeline is answered from the cache', async () => {
  await using t = await openTestPipelines()
  const first = await t.end(await t.start(chain))
  assert.equal(first.state, 'succeeded')
  const [file] = (first.outputs.get('b')?.out ?? []) as { path: string; digest: string }[]
  assert.equal(file?.path, 'y.txt')
  const text = await (await t.blobs.get(file?.digest ?? '')).toArray()
  assert.equal(Buffer.concat(text).toString(), 'HELLO\n')

  const again = await t.start(chain)
  const second = await t.end(again)
  assert.deepEqual(await t.states(again), { a: 'cached', b: 'cached' })
  assert.deepEqual(second.outputs.get('b'), first.outputs.get('b'))
  const { jobs } = await t.store.read
    .selectFrom('jobs')
    .select((eb) => eb.fn.countAll<number>().as('jobs'))
    .executeTakeFirstOrThrow()
  assert.equal(Number(jobs), 2)

  // a cached output whose bytes are gone is made again
  await t.blobs.delete(file?.digest ?? '')
  const third = await t.start(chain)
  await t.end(third)
  assert.deepEqual(await t.states(third), { a: 'cached', b: 'succeeded' })
})

test('a failing command fails its step with the reason, and what needs it is skipped', async () => {
  await using t = await openTestPipelines()
  const id = await t.start([
    { name: 'a', kind: 'command', with: command('echo no such luck; exit 3') },
    ...chain.slice(1),
  ])
  const result = await t.end(id)
  assert.equal(result.state, 'failed')
  assert.deepEqual(await t.states(id), { a: 'failed', b: 'skipped' })
  assert.equal(result.failure?.code, 'job_failed')
  assert.match(result.failure?.message ?? '', /exit code 3[\s\S]*no such luck/)
  const events = await t.store.read
    .selectFrom('events')
    .select(['type', 'data'])
    .where('subject', '=', id)
    .execute()
  assert.deepEqual(events, [{ type: 'pipeline_run.finished', data: { outcome: 'failed', line_id: null } }])
})

test('cancelling stops the job and what was still to come', async () => {
  await using t = await openTestPipelines()
  const id = await t.start([{ name: 'a', kind: 'command', with: command('sleep 600') }, ...chain.slice(1)])
  await until('a running job', async () => {
    return await t.store.read
      .selectFrom('jobs')
      .select('id')
      .where('state', '=', 'running')
      .executeTakeFirst()
  })
  await t.store.transact(system('test'), (tx) => t.pipelines.cancel(tx, t.projectId, id))
  const result = await t.end(id)
  assert.equal(result.state, 'cancelled')
  assert.deepEqual(await t.states(id), { a: 'cancelled', b: 'cancelled' })
})

test('a step that commits is done once, with what it wrote, although its first tries fail unexpectedly', async () => {
  let tries = 0
  const kind: StepKind = {
    kind: 'test.commit',
    cacheable: false,
    version: '1',
    async begin(step) {
      return {
        async commit(tx) {
          tries += 1
          await tx.db
            .insertInto('secrets')
            .values({
              id: step.stepId,
              project_id: step.projectId,
              name: 'written',
              sealed: Buffer.from('x'),
            })
            .execute()
          if (tries < 3) throw new Error('the network is on fire')
          return { tries }
        },
      }
    },
  }
  await using t = await openTestPipelines([kind])
  const result = await t.end(await t.start([{ name: 'only', kind: 'test.commit', with: {} }]))
  assert.deepEqual(result.outputs.get('only'), { tries: 3 })
  assert.equal((await t.store.read.selectFrom('secrets').select('id').execute()).length, 1)
})

test('a pipeline of an unknown kind is refused and leaves nothing behind', async () => {
  await using t = await openTestPipelines()
  await assert.rejects(t.start([{ name: 'a', kind: 'magic', with: {} }]), { code: 'invalid_argument' })
  assert.equal((await t.store.read.selectFrom('pipeline_runs').select('id').execute()).length, 0)
})
