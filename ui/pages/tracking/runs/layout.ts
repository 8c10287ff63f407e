import type { RunGroup, TableRun } from '../../../../src/contract/run-table.ts'
import type { RunSection } from './section.ts'

/** One line of the table. A run that is not read yet has its place already. */
export type Line =
  | { readonly kind: 'group'; readonly group: RunGroup; readonly id: string; readonly open: boolean }
  | {
      readonly kind: 'run'
      readonly run: TableRun | undefined
      readonly section: RunSection
      readonly index: number
      readonly depth: number
      readonly open: boolean
    }

/** What lies together: a header of a group, or rows of one section without anything between. */
type Block =
  | {
      readonly start: number
      readonly count: 1
      readonly group: RunGroup
      readonly id: string
      readonly open: boolean
    }
  | {
      readonly start: number
      readonly count: number
      readonly section: RunSection
      readonly from: number
      readonly depth: number
      readonly opened: boolean
    }

export interface Sections {
  /** The list itself, when it is not grouped. */
  readonly top: { readonly section: RunSection; readonly counted: number | undefined } | undefined
  readonly groups: readonly {
    readonly group: RunGroup
    readonly id: string
    readonly section: RunSection | undefined
  }[]
  /** Of the runs that are open, by id. */
  readonly children: ReadonlyMap<string, RunSection>
}

/** The lines of the table without a list of them: a hundred thousand rows are one block. */
export class Layout {
  readonly count: number
  readonly #blocks: Block[] = []
  #end = 0

  constructor(sections: Sections) {
    const { top, groups, children } = sections
    for (const { group, id, section } of groups) {
      this.#blocks.push({ start: this.#end, count: 1, group, id, open: section !== undefined })
      this.#end += 1
      if (section) this.#place(section, section.size(group.runs), 1, children)
    }
    if (top) this.#place(top.section, top.section.size(top.counted), 0, children)
    this.count = this.#end
  }

  #place(section: RunSection, size: number, depth: number, children: ReadonlyMap<string, RunSection>): void {
    let from = 0
    if (children.size > 0) {
      for (const [index, run] of section.rows.entries()) {
        const inner = children.get(run.id)
        if (inner === undefined) continue
        this.#rows(section, from, index + 1, depth, true)
        this.#place(inner, inner.size(run.children), depth + 1, children)
        from = index + 1
      }
    }
    this.#rows(section, from, size, depth, false)
  }

  #rows(section: RunSection, from: number, to: number, depth: number, opened: boolean): void {
    if (to <= from) return
    this.#blocks.push({ start: this.#end, count: to - from, section, from, depth, opened })
    this.#end += to - from
  }

  line(at: number): Line | undefined {
    const block = this.#blockAt(at)
    if (block === undefined) return undefined
    if ('group' in block) return { kind: 'group', group: block.group, id: block.id, open: block.open }
    const offset = at - block.start
    return {
      kind: 'run',
      run: block.section.rows[block.from + offset],
      section: block.section,
      index: block.from + offset,
      depth: block.depth,
      open: block.opened && offset === block.count - 1,
    }
  }

  #blockAt(at: number): Block | undefined {
    let [low, high] = [0, this.#blocks.length - 1]
    while (low <= high) {
      const middle = (low + high) >>> 1
      const block = this.#blocks[middle]
      if (block === undefined) return undefined
      if (at < block.start) high = middle - 1
      else if (at >= block.start + block.count) low = middle + 1
      else return block
    }
    return undefined
  }

  /** Ids of the runs from one line to another, both included, as far as they are read. */
  ids(from: number, to: number): string[] {
    const [low, high] = from < to ? [from, to] : [to, from]
    const found: string[] = []
    for (let at = low; at <= high; at += 1) {
      const line = this.line(at)
      if (line?.kind === 'run' && line.run) found.push(line.run.id)
    }
    return found
  }
}
