import type { Readable } from 'node:stream'
import type { Access, Reach } from '../../areas/access/index.ts'
import type { Artifacts } from '../../areas/artifacts/index.ts'
import type { Registry } from '../../areas/registry/index.ts'
import type { Traces } from '../../areas/traces/index.ts'
import type { Tracking } from '../../areas/tracking/index.ts'
import type { Webhooks } from '../../areas/webhooks/index.ts'
import type { ProjectRef } from '../../base/area.ts'
import type { Action } from '../../base/permission.ts'
import type { Principal } from '../../base/principal.ts'
import type { Store } from '../../store/store.ts'
import type { Message, Read } from './message.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What the adapter translates to. */
export interface Areas {
  readonly store: Store
  readonly access: Access
  readonly tracking: Tracking
  readonly traces: Traces
  readonly artifacts: Artifacts
  readonly registry: Registry
  readonly webhooks: Webhooks
}

/** One call, authenticated and authorized. */
export interface Call<M extends Message = Message> extends Areas {
  readonly method: string
  readonly principal: Principal
  /** For calls that are about no project, it has only a name: the workspace that the caller is in. */
  readonly project: ProjectRef
  /** How far the caller reaches, when not everything in the project is open to it. */
  readonly reach: Reach | undefined
  readonly request: Read<M>
  /** From the path: `{id}` and, decoded as it came, what stands for `*`. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Where the caller reaches the platform, without a slash at its end. */
  readonly origin: string
  /** The body of an upload. */
  readonly stream: Readable
  readonly signal: AbortSignal
}

/** An answer with a status of its own. */
export class StatusAnswer {
  readonly status: number
  readonly body: unknown

  constructor(status: number, body?: unknown) {
    this.status = status
    this.body = body
  }
}

/** An answer that is a file. */
export class FileAnswer {
  readonly stream: Readable
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(stream: Readable, status: number, headers: Readonly<Record<string, string>>) {
    this.stream = stream
    this.status = status
    this.headers = headers
  }
}

/** An operation of the protocol. */
export interface Rpc {
  readonly methods: readonly Method[]
  /** Below `/api` and `/ajax-api`, with Fastify's `:name` and `*`. */
  readonly path: string
  /** `anyone`: about no project; the handler says who may. */
  readonly action: Action | 'anyone'
  readonly message: Message
  readonly upload: boolean
  readonly handle: (call: Call) => Promise<unknown>
}

/** Types the handler by the message. */
export function rpc<M extends Message>(
  methods: Method | readonly Method[],
  path: string,
  action: Action | 'anyone',
  message: M,
  handle: (call: Call<M>) => Promise<unknown>,
): Rpc {
  return {
    methods: [methods].flat() as Method[],
    path,
    action,
    message,
    upload: false,
    handle: handle as unknown as Rpc['handle'],
  }
}
