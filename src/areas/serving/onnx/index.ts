import { programPath } from './program.ts'

export { inspectModel } from './inspect.ts'
export type { ModelSpec, Tensor, TensorSpec } from './tensor.ts'

/** The command of a job that scores a model: see `evaluate.ts` for its inputs, parameters and outputs. */
export const evaluationCommand: readonly string[] = [process.execPath, programPath('evaluate')]
