import { sql } from 'kysely'
import type { Attempt } from '../../base/area.ts'
import { uuidv7 } from '../../base/id.ts'
import { system } from '../../base/principal.ts'
import type { Store } from '../../store/store.ts'
import { ensureDeployment } from './deployment.ts'
import { minuteOf } from './traffic/reader.ts'
import { takeReport } from './traffic/report.ts'
import type { Counters } from './traffic/traffic.ts'

/** For tests: a project with a deployment, and a model server that does as the database says. */
export const tester = system('test')

export const signature = {
  inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, 2], columns: ['height', 'width'] }],
  outputs: [{ name: 'label', datatype: 'INT64', shape: [-1] }],
}

export async function makeProject(store: Store, name = `p${uuidv7().slice(-12)}`): Promise<string> {
  const id = uuidv7()
  await store.housekeep((tx) => tx.db.insertInto('projects').values({ id, name }).execute())
  return id
}

export async function makeDeployment(store: Store, projectId: string): Promise<string> {
  const name = `d${uuidv7().slice(-12)}`
  return store.transact(tester, (tx) => ensureDeployment(tx, { projectId, name }))
}

export const newRevision = () => ({ modelVersionId: uuidv7(), digest: 'a'.repeat(64), signature })

/** Takes the lease of queued work, as a worker does. */
export async function lease(store: Store, kind: string, key: string): Promise<Attempt> {
  const row = await store.housekeep((tx) =>
    tx.db
      .updateTable('work')
      .set({ state: 'leased', owner: 'test', lease_until: sql`now() + interval '1 minute'` })
      .set((work) => ({ attempt: work('attempt', '+', 1) }))
      .where('kind', '=', kind)
      .where('key', '=', key)
      .returning(['id', 'attempt'])
      .executeTakeFirstOrThrow(),
  )
  return { workId: row.id, attempt: row.attempt, signal: new AbortController().signal }
}

/** Stands in for a model server: loads what it should, answers by the weights, reports. */
export class FakeServer {
  readonly id = uuidv7()
  readonly #store: Store
  readonly #deployments = new Set<string>()
  readonly #counters = new Map<string, Map<number, Counted>>()
  /** Share of requests that a revision fails. */
  readonly errorRate = new Map<number, number>()
  /** Revisions that it can't load. */
  readonly broken = new Set<number>()

  /** The id of a server that is gone. */
  succeeds: string | undefined

  constructor(store: Store) {
    this.#store = store
  }

  /** Applies the present weights, answers so many requests by them and reports. */
  async serve(deploymentId: string, requests: number): Promise<void> {
    this.#deployments.add(deploymentId)
    const { version } = await this.#store.read
      .selectFrom('serving_snapshot')
      .select('version')
      .executeTakeFirstOrThrow()
    const revisions = await this.#store.read
      .selectFrom('revisions')
      .select(['deployment_id', 'number', 'weight'])
      .where('deployment_id', 'in', [...this.#deployments])
      .execute()
    for (const { number, weight, ...of } of revisions) {
      if (of.deployment_id === deploymentId) this.#answer(deploymentId, number, (requests * weight) / 100)
    }
    await this.#store.housekeep((tx) =>
      takeReport(tx, {
        serverId: this.id,
        ...(this.succeeds === undefined ? {} : { succeeds: this.succeeds }),
        snapshotVersion: version,
        revisions: revisions.map(({ deployment_id, number }) => ({
          deploymentId: deployment_id,
          number,
          ...(this.broken.has(number)
            ? { state: 'failed' as const, error: 'it is broken' }
            : { state: 'ready' as const }),
        })),
        traffic: this.#traffic(deploymentId),
      }),
    )
  }

  #traffic(deploymentId: string) {
    return [...(this.#counters.get(deploymentId) ?? [])].map(([number, counters]) => ({
      deploymentId,
      number,
      minute: minuteOf(new Date()),
      rows: counters.requests,
      ...counters,
    }))
  }

  #answer(deploymentId: string, number: number, requests: number): void {
    const all = this.#counters.get(deploymentId) ?? new Map<number, Counted>()
    this.#counters.set(deploymentId, all)
    const before = all.get(number) ?? { requests: 0, errors: 0, latency: [0, 0, 0, 0, 0] }
    const errors = Math.round(requests * (this.errorRate.get(number) ?? 0))
    const latency = before.latency.with(4, (before.latency[4] ?? 0) + requests)
    all.set(number, { requests: before.requests + requests, errors: before.errors + errors, latency })
  }
}

type Counted = Omit<Counters, 'rows'> & { readonly latency: number[] }
