import type { TableRun } from '../../../../src/contract/run-table.ts'

export interface RunPageOf {
  readonly runs: readonly TableRun[]
  readonly next?: string
}

export type FetchRuns = (page: {
  limit: number
  cursor?: string
  /** Only these, whatever page they are on. */
  ids?: readonly string[]
  signal: AbortSignal
}) => Promise<RunPageOf>

/** The first page is small, so that something shows at once; the later ones are large, so that the end is near. */
const pageSizes = [200, 1000, 5000] as const
const headSize = 200

/** One list of runs that is read page after page, as far as somebody looks. */
export class RunSection {
  #rows: TableRun[] = []
  #next: string | undefined
  #begun = false
  #pages = 0
  #wanted = 0
  #loading = false
  #error: unknown
  readonly #fetch: FetchRuns
  readonly #changed: () => void
  readonly #stopped = new AbortController()

  constructor(fetch: FetchRuns, changed: () => void) {
    this.#fetch = fetch
    this.#changed = changed
  }

  get rows(): readonly TableRun[] {
    return this.#rows
  }

  get done(): boolean {
    return this.#begun && this.#next === undefined
  }

  get begun(): boolean {
    return this.#begun
  }

  get error(): unknown {
    return this.#error
  }

  /** How many there are, as far as known: `counted` until the last page has come. */
  size(counted: number | undefined): number {
    return this.done ? this.#rows.length : Math.max(counted ?? 0, this.#rows.length)
  }

  /** Sees to it that the row is read, and those before it. */
  want(index: number): void {
    this.#wanted = Math.max(this.#wanted, index + 1)
    void this.#load()
  }

  stop(): void {
    this.#stopped.abort()
  }

  async #load(): Promise<void> {
    if (this.#loading || this.#error !== undefined) return
    this.#loading = true
    try {
      while (!this.done && this.#rows.length < this.#wanted && !this.#stopped.signal.aborted) {
        const limit = pageSizes[Math.min(this.#pages, pageSizes.length - 1)] ?? 200
        const page = await this.#fetch({
          limit,
          ...(this.#next === undefined ? {} : { cursor: this.#next }),
          signal: this.#stopped.signal,
        })
        this.#rows = this.#rows.concat(page.runs)
        this.#next = page.next
        this.#begun = true
        this.#pages += 1
        this.#changed()
      }
    } catch (thrown) {
      if (!this.#stopped.signal.aborted) this.#error = thrown
    } finally {
      this.#loading = false
    }
    if (this.#error !== undefined) this.#changed()
  }

  /**
   * Reads the beginning again and joins it to what follows. Returns by how many rows the rest has moved down, so that
   * who looks at it can stay there.
   */
  async refreshHead(): Promise<number> {
    if (!this.#begun || this.#loading) return 0
    const head = await this.#fetch({ limit: headSize, signal: this.#stopped.signal }).catch(() => undefined)
    if (head === undefined) return 0
    const joined = join(head.runs, this.#rows)
    if (joined === undefined || head.next === undefined) {
      this.#next = head.next
      this.#rows = [...head.runs]
      this.#pages = 1
      this.#changed()
      void this.#load()
      return 0
    }
    this.#rows = joined.rows
    this.#changed()
    return joined.moved
  }

  /** Reads rows again where they stand: their numbers change, their places don't. */
  async refreshRows(from: number, to: number): Promise<void> {
    const ids = this.#rows.slice(from, to).map((run) => run.id)
    if (ids.length === 0) return
    const page = await this.#fetch({ limit: ids.length, ids, signal: this.#stopped.signal }).catch(
      () => undefined,
    )
    if (page === undefined) return
    const fresh = new Map(page.runs.map((run) => [run.id, run]))
    this.#rows = this.#rows.map((run) => fresh.get(run.id) ?? run)
    this.#changed()
  }
}

/** The new beginning in front of what follows its last row in the old list; nothing when that row is not in it. */
export function join(
  head: readonly TableRun[],
  old: readonly TableRun[],
): { rows: TableRun[]; moved: number } | undefined {
  const last = head.at(-1)?.id
  const at = old.findIndex((run) => run.id === last)
  if (at < 0) return undefined
  const before = new Set(head.map((run) => run.id))
  return {
    rows: [...head, ...old.slice(at + 1).filter((run) => !before.has(run.id))],
    moved: head.length - (at + 1),
  }
}
