/** One answered request, as the model server logged it. */
export interface PredictionRecord {
  /** Made by the server, a UUIDv7. */
  readonly id: string
  /** The caller's own id. */
  readonly requestId?: string | undefined
  /** Unix milliseconds. */
  readonly time: number
  readonly deploymentId: string
  readonly revision: number
  readonly modelVersionId?: string | undefined
  readonly latencyUs: number
  readonly inputs: readonly LoggedTensor[]
  readonly outputs: readonly LoggedTensor[]
}

export interface LoggedTensor {
  readonly name: string
  /** As in the Open Inference Protocol. */
  readonly datatype: string
  readonly shape: readonly number[]
  /** Elements in row-major order; absent for large tensors, of which only digest and statistics are logged. */
  readonly data?: ArrayLike<number | bigint | string | boolean | null> | undefined
}
