import type { StepKind } from '../../pipelines/index.ts'
import type { StepDeps } from '../deps.ts'
import { checkKind } from './check.ts'
import { collectKind } from './collect.ts'
import { evaluateKind } from './evaluate.ts'
import { registerKind } from './register.ts'
import { splitKind } from './split.ts'

/** The kinds of steps that a cycle is made of, besides commands. */
export function lineStepKinds(deps: StepDeps): StepKind[] {
  return [checkKind(deps), splitKind(deps), collectKind(deps), registerKind(deps), evaluateKind(deps)]
}
