import type { RunGroup } from '../../../../src/contract/run-table.ts'
import type { TableSearch } from '../../../api/queries.ts'
import { both, quotedValue } from './filter.ts'
import { Layout } from './layout.ts'
import { type FetchRuns, RunSection } from './section.ts'

export type FetchTable = (search: TableSearch, page: Parameters<FetchRuns>[0]) => ReturnType<FetchRuns>

export const parentKey = 'tags.`mlflow.parentRunId`'

/** How the lines are put together: one list, parents with their children below, or groups by a key. */
export type Grouping = 'none' | 'parent' | 'experiment' | `params.${string}` | `tags.${string}`

/** What the table shows: sections of runs that are read as far as somebody looks, and what is open of them. */
export class RunLines {
  readonly search: TableSearch
  readonly grouping: Grouping
  /** The columns with values, in the order of each run's `values`. */
  readonly columns: readonly string[]
  readonly #fetch: FetchTable
  readonly #listeners = new Set<() => void>()
  readonly #top: RunSection | undefined
  readonly #groups = new Map<string, RunSection>()
  readonly #children = new Map<string, RunSection>()
  #known: { counted: number | undefined; groups: readonly RunGroup[] } = { counted: undefined, groups: [] }
  #layout: Layout

  constructor(options: {
    search: TableSearch
    grouping: Grouping
    columns: readonly string[]
    fetch: FetchTable
  }) {
    this.search = options.search
    this.grouping = options.grouping
    this.columns = options.columns
    this.#fetch = options.fetch
    if (this.grouping === 'none' || this.grouping === 'parent') this.#top = this.#section(topSearch(options))
    this.#layout = this.#laidOut()
    this.#top?.want(0, 0)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly layout = (): Layout => this.#layout

  /** Whether there is something to show: until then the lines before stay. */
  get begun(): boolean {
    return this.#top === undefined
      ? this.#known.groups.length > 0
      : this.#top.begun || this.error !== undefined
  }

  get error(): unknown {
    return [this.#top, ...this.#groups.values(), ...this.#children.values()].find((each) => each?.error)
      ?.error
  }

  /** What was counted apart from the rows. */
  know(counted: number | undefined, groups: readonly RunGroup[]): void {
    if (this.#known.counted === counted && this.#known.groups === groups) return
    this.#known = { counted, groups }
    this.#change()
  }

  toggleGroup(group: RunGroup): void {
    const id = groupId(group)
    if (this.#close(this.#groups, id)) return
    const search = searchOfGroup(this.search, this.grouping, group)
    if (search) this.#open(this.#groups, id, search)
  }

  toggleRun(id: string): void {
    if (this.#close(this.#children, id)) return
    const { experiments: _, filter: __, ...rest } = this.search
    this.#open(this.#children, id, { ...rest, filter: `${parentKey} = '${id}'` })
  }

  /** Reads what is seen and is not there yet; of what is rushed past, only the names. */
  want(from: number, to: number, rushing = false): void {
    for (const [section, [start, end]] of this.#seen(from, to)) section.want(start, end - 1, rushing)
  }

  /** Reads again what is seen. Returns by how many lines it moved down. */
  async refresh(from: number, to: number): Promise<number> {
    if (this.#top && from < headReach) return await this.#top.refreshHead()
    const seen = this.#seen(from, to)
    await Promise.all([...seen].map(([section, [start, end]]) => section.refreshRows(start, end)))
    return 0
  }

  /** Which rows of which sections lie between two lines. */
  #seen(from: number, to: number): Map<RunSection, [number, number]> {
    const seen = new Map<RunSection, [number, number]>()
    for (let at = from; at <= to; at += 1) {
      const line = this.#layout.line(at)
      if (line?.kind !== 'run') continue
      seen.set(line.section, [seen.get(line.section)?.[0] ?? line.index, line.index + 1])
    }
    return seen
  }

  stop(): void {
    for (const section of [this.#top, ...this.#groups.values(), ...this.#children.values()]) section?.stop()
  }

  #section(search: TableSearch): RunSection {
    return new RunSection(
      (page) =>
        this.#fetch(page.ids ? { ...search, filter: `run_id IN (${listed(page.ids)})` } : search, page),
      () => this.#change(),
      this.columns.length,
    )
  }

  #open(sections: Map<string, RunSection>, id: string, search: TableSearch): void {
    const section = this.#section(search)
    sections.set(id, section)
    section.want(0, 0)
    this.#change()
  }

  #close(sections: Map<string, RunSection>, id: string): boolean {
    const open = sections.get(id)
    if (open === undefined) return false
    open.stop()
    sections.delete(id)
    this.#change()
    return true
  }

  #laidOut(): Layout {
    return new Layout({
      top: this.#top && { section: this.#top, counted: this.#known.counted },
      groups: this.#known.groups.map((group) => {
        const id = groupId(group)
        return { group, id, section: this.#groups.get(id) }
      }),
      children: this.#children,
    })
  }

  #change(): void {
    this.#layout = this.#laidOut()
    for (const listener of this.#listeners) listener()
  }
}

/** From so near to the beginning, new runs are read in front. */
const headReach = 120

function listed(ids: readonly string[]): string {
  return ids.map((id) => `'${id}'`).join(',')
}

function topSearch({ search, grouping }: { search: TableSearch; grouping: Grouping }): TableSearch {
  return grouping === 'parent' ? withFilter(search, `${parentKey} IS NULL`) : search
}

export function withFilter(search: TableSearch, more: string): TableSearch {
  const filter = both(search.filter, more)
  return filter === undefined ? search : { ...search, filter }
}

export function groupId(group: RunGroup): string {
  return group.value === null ? 'none' : `=${group.value}`
}

/** The runs of one group; nothing when the filter language can't name its value. */
function searchOfGroup(search: TableSearch, grouping: Grouping, group: RunGroup): TableSearch | undefined {
  if (grouping === 'experiment')
    return group.value === null ? undefined : { ...search, experiments: [group.value] }
  const dot = grouping.indexOf('.')
  const subject = `${grouping.slice(0, dot)}.\`${grouping.slice(dot + 1)}\``
  if (group.value === null) return withFilter(search, `${subject} IS NULL`)
  const value = quotedValue(group.value)
  return value === undefined ? undefined : withFilter(search, `${subject} = ${value}`)
}
