import type { RunGroup } from '../../../../src/contract/run-table.ts'
import type { Zone } from '../../../format/time.ts'

/** What rows and cells are told by their table. */
export interface RowContext {
  readonly project: string
  readonly now: Date
  readonly zone: Zone
  /** Names of experiments by id. */
  readonly experiments: ReadonlyMap<string, string>
  /** Whether children can be opened below their parents. */
  readonly nested: boolean
  /** What the groups are of, for people. */
  readonly groupName: (group: RunGroup) => string
  /** Keys of the metrics that groups carry, in their order. */
  readonly metrics: readonly string[]
  readonly valueAt: ReadonlyMap<string, number>
  readonly onToggleRun: (id: string) => void
  readonly onToggleGroup: (group: RunGroup) => void
}
