/** The calls that are being handled. A caller that goes away ends its connection, not the work that was begun for it. */
export class Underway {
  readonly #calls = new Set<Promise<unknown>>()

  run<T>(call: () => Promise<T>): Promise<T> {
    const work = call()
    this.#calls.add(work)
    const forget = () => void this.#calls.delete(work)
    work.then(forget, forget)
    return work
  }

  /** Resolves when all of them have ended, however. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#calls)
  }
}
