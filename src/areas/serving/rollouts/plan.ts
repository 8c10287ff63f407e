import { SlipwayError } from '../../../base/error.ts'
import type { Step } from './rollout.ts'

/** Checks the steps of a rollout and adds the last one, to 100 %, where it was left out. */
export function planOf(steps: readonly Step[]): readonly Step[] {
  let percent = 0
  for (const step of steps) {
    if (!Number.isInteger(step.percent) || step.percent <= percent || step.percent > 100) {
      throw new SlipwayError(
        'invalid_argument',
        `The steps of a rollout must rise to 100 %: ${steps.map((other) => other.percent).join(', ')} do not.`,
      )
    }
    percent = step.percent
  }
  return percent === 100 ? steps : [...steps, { percent: 100 }]
}
