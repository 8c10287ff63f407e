import { SlipwayError } from '../../../base/error.ts'
import type { Tx } from '../../../store/store.ts'
import { parseChecks } from '../../data/index.ts'
import type { StepKind } from '../../pipelines/index.ts'
import type { StepDeps } from '../deps.ts'

/** `data.check`: a failing critical check stops the line before training. */
export function checkKind(deps: StepDeps): StepKind {
  return {
    kind: 'data.check',
    // what was found is kept with the dataset version each time
    cacheable: false,
    version: '1',
    async begin(step) {
      const { version, checks } = step.with as { version: string; checks: string | null }
      if (checks === null) return { outputs: { passed: true, results: [] } }
      const parsed = parseChecks(checks)
      const report = await deps.data.check({ versionId: version, checks: parsed })
      const record = async (tx: Tx) => {
        await deps.data.keepReport(tx, {
          projectId: step.projectId,
          versionId: version,
          checks: parsed,
          report,
        })
      }
      if (report.passed) {
        return {
          async commit(tx) {
            await record(tx)
            return { ...report }
          },
        }
      }
      const failed = report.results.filter((result) => !result.passed && result.severity === 'critical')
      const detail = failed.map((result) => `${result.check}: ${result.message}`).join(' ')
      return { failure: new SlipwayError('checks_failed', detail), record }
    },
  }
}
