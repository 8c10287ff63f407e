import type { Datatype, TensorData } from './datatype.ts'

/** A named tensor, row-major. */
export interface Tensor {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** What a model takes or gives: -1 is any size. */
export interface TensorSpec {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
}

/** What a model takes and gives, in its own order. */
export interface ModelSpec {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}
