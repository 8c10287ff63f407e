import type { Area } from '../../base/area.ts'
import type { KeepingDeps } from './deps.ts'
import { applyRetention } from './retention.ts'
import { keepingRoutes } from './routes.ts'
import { runSweep, sweepKind } from './sweeps.ts'

const retainKind = 'keeping.retain'

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
