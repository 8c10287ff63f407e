import { startProgram } from '../../test/kit/program.ts'
import { openHome } from '../../tools/seed/home.ts'
import { seedRuns } from '../../tools/seed/runs.ts'
import type { Target } from './target.ts'

/** `slipway up` on an empty home. */
export async function startSlipway(): Promise<
  Target & { readonly home: string; parts(): Map<string, number> }
> {
  const program = await startProgram({
    environment: { SLIPWAY_CHECK_ANSWERS: '', SLIPWAY_LOG_LEVEL: 'error' },
  })
  return {
    name: 'slipway',
    port: Number(new URL(program.url).port),
    token: program.token,
    home: program.home,
    parts: () => program.parts(),
    async fill(runs) {
      await using home = await openHome({ home: program.home })
      const to = await home.experiment('default', `filled-${runs}`)
      await seedRuns(home.client, to, { runs, points: 1 }, () => {})
      await home.client.query('vacuum analyze runs, run_params, run_tags, metric_summaries, metric_chunks')
      return to.experimentId
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}
