import type { Static, TSchema } from 'typebox'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One operation of the HTTP API: its schemas are validator, type and OpenAPI document at once. */
export interface Endpoint<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Reply extends TSchema = TSchema,
> {
  /** `noun.verb`, for example `runs.list`: the operation id in OpenAPI and the method of the client. */
  readonly id: string
  readonly method: Method
  /** Below the API's prefix, with `:name` for parameters, for example `/projects/:project/runs/:run`. */
  readonly path: string
  readonly summary: string
  readonly params?: Params
  readonly query?: Query
  /** A JSON body; `upload` for a streamed body of any type. */
  readonly body?: Body
  readonly upload?: boolean
  /** The JSON answer; `download` for a streamed answer of any type. */
  readonly reply: Reply
  readonly download?: boolean
}

type Part<E extends Endpoint, K extends 'params' | 'query' | 'body'> =
  E extends Readonly<Record<K, infer S extends TSchema>> ? Static<S> : Record<string, never>

/** The values that one call of an endpoint carries. */
export interface Input<E extends Endpoint> {
  readonly params: Part<E, 'params'>
  readonly query: Part<E, 'query'>
  readonly body: Part<E, 'body'>
}

export type Output<E extends Endpoint> = Static<E['reply']>

/** Keeps the literal types of an endpoint: which parts it has, and their schemas. */
export function endpoint<const E extends Endpoint>(declaration: E): E {
  return declaration
}
