import type { Log } from '../../../base/log.ts'
import type { ServerReport, Snapshot } from '../../../contract/modelserver.ts'
import { Deployment } from './deployment.ts'
import type { ModelCache } from './model-cache.ts'

export interface FleetDeps {
  readonly cache: ModelCache
  readonly log: Log
  /** Something that is reported has changed. */
  readonly changed: () => void
}

/** All deployments of this server, as the last snapshot wants them. */
export class Fleet {
  readonly #deps: FleetDeps
  readonly #byId = new Map<string, Deployment>()
  #byName = new Map<string, Deployment>()
  #snapshot: Snapshot | undefined
  #versionInEffect = 0
  readonly #settled = Promise.withResolvers<void>()

  constructor(deps: FleetDeps) {
    this.#deps = deps
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  /** Of the last snapshot whose weights all came into effect. */
  get versionInEffect(): number {
    return this.#versionInEffect
  }

  /** Resolves when the weights of a snapshot are in effect for the first time. */
  get settled(): Promise<void> {
    return this.#settled.promise
  }

  apply(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    const wanted = new Set(snapshot.deployments.map(({ id }) => id))
    for (const [id, deployment] of this.#byId) {
      if (wanted.has(id)) continue
      this.#byId.delete(id)
      void deployment.drain()
    }
    for (const facts of snapshot.deployments) {
      const known = this.#byId.get(facts.id)
      if (known) known.apply(facts)
      else {
        const { cache, log } = this.#deps
        this.#byId.set(facts.id, new Deployment(facts, { cache, log, changed: () => this.#changed() }))
      }
    }
    this.#byName = new Map([...this.#byId.values()].map((deployment) => [deployment.facts.name, deployment]))
    this.#changed()
  }

  find(name: string): Deployment | undefined {
    return this.#byName.get(name)
  }

  all(): Iterable<Deployment> {
    return this.#byName.values()
  }

  /** There is a snapshot and each deployment that should answer can. */
  get isReady(): boolean {
    if (!this.#snapshot) return false
    return [...this.#byId.values()].every(
      (deployment) => deployment.isReady || deployment.facts.revisions.every(({ weight }) => weight === 0),
    )
  }

  states(): ServerReport['revisions'] {
    return [...this.#byId.values()].flatMap((deployment) =>
      [...deployment.revisions.values()].map(({ number, state, error }) => ({
        deployment_id: deployment.id,
        number,
        state,
        ...(error === undefined ? {} : { error: error.slice(0, 2000) }),
      })),
    )
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byId.values()].map((deployment) => deployment.close()))
  }

  #changed(): void {
    const isSettled = [...this.#byId.values()].every((deployment) => deployment.isSettled)
    if (isSettled && this.#snapshot) {
      this.#versionInEffect = this.#snapshot.version
      this.#settled.resolve()
    }
    this.#deps.changed()
  }
}
