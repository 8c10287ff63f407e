import { SlipwayError } from '../../../base/error.ts'
import { parseChecks } from '../../data/index.ts'
import type { StepKind } from '../../pipelines/index.ts'
import type { StepDeps } from '../deps.ts'

/** `data.check`: a failing critical check stops the line before training. */
export function checkKind(deps: StepDeps): StepKind {
  return {
    kind: 'data.check',
    cacheable: true,
    version: '1',
    async begin(step) {
      const { version, checks } = step.with as { version: string; checks: string | null }
      if (checks === null) return { outputs: { passed: true, results: [] } }
      const report = await deps.data.check({
        versionId: version,
        checks: parseChecks(checks),
      })
      if (!report.passed) {
        const failed = report.results.filter((result) => !result.passed && result.severity === 'critical')
        throw new SlipwayError(
          'checks_failed',
          failed.map((result) => `${result.check}: ${result.message}`).join(' '),
        )
      }
      return { outputs: { ...report } }
    },
  }
}
