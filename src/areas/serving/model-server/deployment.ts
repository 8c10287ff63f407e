import type { Log } from '../../../base/log.ts'
import type { Snapshot } from '../../../contract/modelserver.ts'
import { limitsOf } from './limits.ts'
import type { ModelCache } from './model-cache.ts'
import { Revision } from './revision.ts'

export type DeploymentFacts = Snapshot['deployments'][number]

export interface DeploymentDeps {
  readonly cache: ModelCache
  readonly log: Log
  readonly changed: () => void
}

interface Share {
  readonly revision: Revision
  readonly weight: number
}

/** One deployment on this server: its revisions, and which of them answers. */
export class Deployment {
  readonly id: string
  readonly revisions = new Map<number, Revision>()
  readonly #deps: DeploymentDeps
  #facts: DeploymentFacts
  #shares: readonly Share[] = []
  #settled = false

  constructor(facts: DeploymentFacts, deps: DeploymentDeps) {
    this.id = facts.id
    this.#facts = facts
    this.#deps = deps
    this.apply(facts)
  }

  get facts(): DeploymentFacts {
    return this.#facts
  }

  /** True when the weights of the snapshot are in effect, or never will be because a revision failed. */
  get isSettled(): boolean {
    return this.#settled
  }

  /** Some revision can answer. */
  get isReady(): boolean {
    return this.#shares.some(({ revision }) => revision.state === 'ready')
  }

  get shares(): readonly Share[] {
    return this.#shares
  }

  apply(facts: DeploymentFacts): void {
    this.#facts = facts
    const limits = limitsOf(facts.limits)
    for (const wanted of facts.revisions) {
      const known = this.revisions.get(wanted.number)
      if (known && !known.isDraining) continue
      const log = this.#deps.log.child({ deployment: facts.name, revision: wanted.number })
      const changed = () => {
        this.settle()
        this.#deps.changed()
      }
      this.revisions.set(
        wanted.number,
        new Revision(wanted, { cache: this.#deps.cache, log, limits, changed }),
      )
    }
    this.settle()
  }

  /**
   * Puts the snapshot's weights in effect as soon as every revision that has one is ready. Until then those in effect stay,
   * so that no request goes to what can't answer yet; with none in effect, whatever is ready answers.
   */
  settle(): void {
    const wanted = this.#wanted()
    const isComplete = wanted.every(({ revision }) => revision.state === 'ready')
    const current = this.#shares.filter(({ revision }) => !revision.isDraining && revision.state !== 'failed')
    if (isComplete) this.#shares = wanted
    else if (current.length > 0) this.#shares = current
    else this.#shares = wanted.filter(({ revision }) => revision.state !== 'failed')
    this.#settled = isComplete || wanted.some(({ revision }) => revision.state === 'failed')
    this.#drainUnused()
  }

  /** The revision that answers the next request, by weight; undefined when none is there. */
  pick(random: number = Math.random()): Revision | undefined {
    const [only, ...others] = this.#shares
    if (others.length === 0) return only?.revision
    const ready = this.#shares.filter(({ revision }) => revision.state === 'ready')
    const shares = ready.length > 0 ? ready : this.#shares
    let left = random * shares.reduce((sum, { weight }) => sum + weight, 0)
    for (const { revision, weight } of shares) {
      left -= weight
      if (left < 0) return revision
    }
    return shares.at(-1)?.revision
  }

  async close(): Promise<void> {
    await Promise.all([...this.revisions.values()].map((revision) => revision.close()))
  }

  /** Unloads everything once it is idle: the deployment is gone. */
  async drain(): Promise<void> {
    this.#shares = []
    await Promise.all([...this.revisions.values()].map((revision) => revision.drain()))
  }

  #wanted(): Share[] {
    return this.#facts.revisions.flatMap(({ number, weight }) => {
      const revision = this.revisions.get(number)
      return revision && weight > 0 ? { revision, weight } : []
    })
  }

  #drainUnused(): void {
    const kept = new Set(this.#facts.revisions.map(({ number }) => number))
    for (const { revision } of this.#shares) kept.add(revision.number)
    for (const [number, revision] of this.revisions) {
      if (kept.has(number) || revision.isDraining) continue
      void revision.drain().then(() => {
        if (this.revisions.get(number) === revision) this.revisions.delete(number)
        this.#deps.log.info('revision.unloaded', { deployment: this.#facts.name, revision: number })
        this.#deps.changed()
      })
    }
  }
}
