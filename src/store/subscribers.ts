import type { Subscription } from '../base/area.ts'

/** Who wants which events: decides for whom `emit` queues a delivery. */
export class Subscribers {
  readonly #types = new Map<string, readonly string[]>()

  add(subscriptions: readonly Pick<Subscription, 'name' | 'types'>[]): void {
    for (const { name, types } of subscriptions) this.#types.set(name, types)
  }

  /** The names of the subscribers to a type of event. */
  to(type: string): string[] {
    return [...this.#types].filter(([, types]) => types.includes(type)).map(([name]) => name)
  }
}
