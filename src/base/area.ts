import type { Readable } from 'node:stream'
import type { Endpoint, Input, Output } from './endpoint.ts'
import type { Permission } from './permission.ts'
import type { Principal } from './principal.ts'

/** A project that a route acts in: every route on a project has `:project` (its name) in its path. */
export interface ProjectRef {
  readonly id: string
  readonly name: string
}

/** What a handler is given: parsed, authenticated and authorized. */
export interface Call<E extends Endpoint = Endpoint> extends Input<E> {
  readonly principal: Principal
  /** The project in the path; an error of the program when the route is not on a project. */
  readonly project: ProjectRef
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The streamed body of an `upload` endpoint. */
  readonly stream: Readable
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal
  /** The caller's address, for logs and rate limits. */
  readonly address: string
}

/** A streamed answer of a `download` endpoint. */
export interface Download {
  readonly stream: Readable | AsyncIterable<Uint8Array | string>
  /** Default: 200. */
  readonly status?: number
  readonly type: string
  readonly size?: number
  readonly filename?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Route {
  readonly endpoint: Endpoint
  readonly permission: Permission
  readonly handle: (call: Call) => Promise<unknown>
}

/** Joins an endpoint to its permission and its one call; types the handler by the endpoint's schemas. */
export function route<E extends Endpoint>(
  endpoint: E,
  permission: Permission,
  handle: (call: Call<E>) => Promise<E extends { download: true } ? Download : Output<E>>,
): Route {
  return { endpoint, permission, handle: handle as unknown as Route['handle'] }
}

/** Something that happened, as consumers of the outbox see it. */
export interface Event {
  readonly id: string
  /** `noun.happened`, for example `dataset_version.created`. */
  readonly type: string
  readonly version: number
  readonly projectId: string | null
  /** The id of what it happened to. */
  readonly subject: string
  readonly occurredAt: Date
  readonly recordedAt: Date
  readonly data: Record<string, unknown>
}

/** A consumer of events: run at least once for each, in no order; idempotent. */
export interface Subscription {
  /** Unique and stable: its name is part of stored rows. */
  readonly name: string
  readonly types: readonly string[]
  readonly handle: (event: Event, attempt: Attempt) => Promise<void>
}

/** One leased try of a piece of work. Writes made for it must pass `fence` in the same transaction. */
export interface Attempt {
  readonly workId: string
  readonly attempt: number
  /** Aborted when the lease is lost or the worker stops. */
  readonly signal: AbortSignal
}

/** What a work handler asks for next. Nothing: done. `again`: run once more at that time (reconcilers). */
export type Next = { readonly again: Date } | undefined

export interface WorkHandler {
  /** Unique and stable: stored in rows, for example `pipelines.run`. */
  readonly kind: string
  /** How many of this kind one worker process runs at once. Default 4. */
  readonly concurrency?: number
  readonly maxAttempts?: number
  readonly handle: (item: WorkItem, attempt: Attempt) => Promise<Next>
}

export interface WorkItem {
  readonly kind: string
  /** What it is about: unique per kind while unfinished. */
  readonly key: string
  readonly projectId: string | null
  readonly payload: Record<string, unknown>
}

export interface Schedule {
  readonly name: string
  /** Five-field cron, UTC, or a period in milliseconds. */
  readonly every: string | number
  /** The work enqueued at each tick, at most once per tick across all replicas. */
  readonly kind: string
}

/** What one capability offers to the rest; `platform.ts` hands the collected lists to who needs them. */
export interface Area {
  readonly name: string
  readonly routes?: readonly Route[]
  readonly work?: readonly WorkHandler[]
  readonly schedules?: readonly Schedule[]
  readonly on?: readonly Subscription[]
  /**
   * Queries of one column `digest`: every blob that the area refers to. A query may name too much, never too little: what
   * no area names is garbage.
   */
  readonly references?: readonly string[]
  /** Removes some of what a project's rules no longer keep; returns how much, 0 when nothing is left. */
  readonly retain?: (rule: RetentionRule, attempt: Attempt) => Promise<number>
}

export type RetentionName = 'deleted' | 'artifacts' | 'traces'

export interface RetentionRule {
  readonly projectId: string
  readonly name: RetentionName
  readonly before: Date
}
