import type { Datatype, TensorData } from '../onnx/datatype.ts'

/** One answered request, as it is logged. */
export interface PredictionRecord {
  /** Made by the server, a UUIDv7; with the ordinal of a row in the request it names one predicted row. */
  readonly id: string
  /** The caller's own id. */
  readonly requestId?: string | undefined
  /** Unix milliseconds at the arrival of the request. */
  readonly time: number
  readonly deploymentId: string
  readonly revision: number
  readonly modelVersionId: string
  readonly latencyUs: number
  /** Of the HTTP answer. */
  readonly status: number
  readonly inputs: readonly LoggedTensor[]
  readonly outputs: readonly LoggedTensor[]
}

export interface LoggedTensor {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  /** Elements in row-major order; absent for large tensors. */
  readonly data?: TensorData | undefined
  /** Stands for the data of a large tensor. */
  readonly summary?: TensorSummary | undefined
}

/** What is logged of a tensor that is too large to be logged whole. */
export interface TensorSummary {
  /** Lower-case hex SHA-256 of the elements as little-endian bytes (texts: each with its length before it). */
  readonly digest: string
  readonly bytes: number
  /** Of numeric tensors, over finite elements. */
  readonly min?: number
  readonly max?: number
  readonly mean?: number
}

/** Tensors of more bytes than this are logged as a summary. */
export const largeTensorBytes = 64 * 1024
