/** The one way to anything outside: what a user names is fetched by this and by nothing else. */
export interface Outbound {
  /**
   * Sends one request and reads the answer, whatever its status; redirects are not followed. Fails with
   * `destination_refused` when the address is not public and not allowed by the operator, with `destination_failed`
   * when there is no answer in time.
   */
  send(request: OutboundRequest): Promise<OutboundAnswer>
  /** Says early what `send` would refuse, for addresses that are stored: a name that cannot be resolved now passes. */
  check(url: string): Promise<void>
}

export interface OutboundRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
}

export interface OutboundAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** At most as long as the client's limit. */
  readonly body: Buffer
  /** The body went on after the limit; the rest was not read. */
  readonly truncated: boolean
}
