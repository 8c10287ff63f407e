import type { Block } from '../../../src/contract/reports.ts'

/** A block that is being written, with a key that it keeps when it is moved. */
export interface Draft {
  readonly key: number
  readonly block: Block
}

export function draftsOf(blocks: readonly Block[]): Draft[] {
  return blocks.map((block, key) => ({ key, block }))
}

export function emptyBlock(kind: Block['kind']): Block {
  const runs = { order: 'start_time desc', limit: 20 }
  if (kind === 'markdown') return { kind, text: '' }
  if (kind === 'chart') return { kind, runs, metrics: [], x: 'step' }
  if (kind === 'table') return { kind, runs, columns: [] }
  return { kind, runs, view: 'parallel', axes: [] }
}

/** Whether a block can be saved: a chart needs a metric. */
export function isWhole(block: Block): boolean {
  return block.kind !== 'chart' || block.metrics.length > 0
}

/** Whether there is anything to show of it yet. */
export function isShown(block: Block): boolean {
  if (block.kind === 'chart') return block.metrics.length > 0
  if (block.kind === 'comparison') return block.axes.length > (block.view === 'importance' ? 0 : 1)
  return true
}

export function moved<T>(list: readonly T[], index: number, by: -1 | 1): T[] {
  const result = [...list]
  const [one] = result.splice(index, 1)
  if (one !== undefined) result.splice(index + by, 0, one)
  return result
}
