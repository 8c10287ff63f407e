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
  /** Without the values of columns: for rows that are only passed by. */
  bare?: boolean
  signal: AbortSignal
}) => Promise<RunPageOf>

/** The first page is small, so that something shows at once; the later ones are large, so that the end is near. */
const pageSizes = [200, 1000, 5000] as const
const headSize = 200
/** How many rows are filled at once, around those that are seen. */
const filledAround = 60
const mostFilled = 200

/** One list of runs that is read page after page, as far as somebody looks. */
export class RunSection {
  #rows: TableRun[] = []
  #next: string | undefined
  #begun = false
  #pages = 0
  #wanted = 0
  #loading = false
  #filling = false
  #error: unknown
  readonly #fetch: FetchRuns
  /** How many values a row has when it is whole. */
  readonly #columns: number
  readonly #changed: () => void
  readonly #stopped = new AbortController()

  constructor(fetch: FetchRuns, changed: () => void, columns = 0) {
    this.#fetch = fetch
    this.#columns = columns
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

  /** Sees to it that these rows are read, and those before them (all, when one rushes past) at least by name. */
  want(from: number, to: number, rushing = false): void {
    this.#wanted = Math.max(this.#wanted, to + 1)
    void this.#load()
    if (!rushing) void this.#fill(from, to)
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
          ...(this.#rows.length + limit < this.#wanted - filledAround ? { bare: true } : {}),
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

  /** Reads the values of rows that were passed by without them, and are seen now. */
  async #fill(from: number, to: number): Promise<void> {
    const bare = (run: TableRun | undefined) => run !== undefined && run.values.length < this.#columns
    if (this.#filling || !this.#rows.slice(from, to + 1).some(bare)) return
    this.#filling = true
    const start = Math.max(0, from - filledAround)
    await this.refreshRows(start, Math.min(to + filledAround, start + mostFilled))
    this.#filling = false
    // Who went on meanwhile is told, and asks for what is seen now.
    this.#changed()
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
