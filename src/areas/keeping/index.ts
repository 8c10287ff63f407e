import type { Area } from '../../base/area.ts'
import type { Registry } from '../registry/index.ts'
import type { Tracking } from '../tracking/index.ts'
import { applyRetention, type Retain } from './retention.ts'
import { keepingRoutes } from './routes.ts'
import { type KeepingSweepDeps, runSweep, sweepKind } from './sweeps.ts'

const retainKind = 'keeping.retain'

export interface KeepingDeps extends KeepingSweepDeps {
  readonly tracking: Tracking
  readonly registry: Registry
  /** What areas remove by the rules of projects. */
  readonly retain: () => readonly Retain[]
}

/** What is kept and for how long: legal holds, rules of retention, and the collector of what nothing refers to. */
export function createKeeping(deps: KeepingDeps): { readonly area: Area } {
  return {
    area: {
      name: 'keeping',
      routes: keepingRoutes(deps),
      work: [
        {
          kind: sweepKind,
          concurrency: 1,
          maxAttempts: 3,
          handle: (item, attempt) => runSweep(deps, item, attempt),
        },
        {
          kind: retainKind,
          concurrency: 1,
          async handle(_item, attempt) {
            await applyRetention(deps, attempt)
            return undefined
          },
        },
      ],
      schedules: [
        { name: 'keeping.retain', every: '30 2 * * *', kind: retainKind },
        { name: 'keeping.sweep', every: '30 3 * * *', kind: sweepKind },
      ],
    },
  }
}
