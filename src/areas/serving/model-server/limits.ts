/** What one deployment may take; the snapshot's `limits` override by name. */
export interface Limits {
  /** Requests that wait for a run, for each revision. Beyond: 503. */
  readonly max_queue: number
  /** Rows that one run takes at most, when requests share it. */
  readonly max_batch_rows: number
  /** How long a request may wait for its run to begin. */
  readonly queue_timeout_ms: number
  /** A run that takes longer is taken for hung. */
  readonly run_timeout_ms: number
  readonly load_timeout_ms: number
  /** Of the process that tries a new file. */
  readonly load_memory_bytes: number
  /** Threads within one run. */
  readonly threads: number
}

const usual: Limits = {
  max_queue: 2048,
  max_batch_rows: 256,
  queue_timeout_ms: 10_000,
  run_timeout_ms: 30_000,
  load_timeout_ms: 120_000,
  load_memory_bytes: 2 * 2 ** 30,
  threads: 1,
}

export function limitsOf(given: Readonly<Record<string, unknown>>): Limits {
  const limits: Record<string, number> = { ...usual }
  for (const name of Object.keys(usual)) {
    const value = given[name]
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) limits[name] = value
  }
  return limits as unknown as Limits
}

/** Of the whole server. */
export const serverLimits = {
  bodyBytes: 64 * 2 ** 20,
  /** Bodies that are being received or answered, together. */
  inFlightBytes: 512 * 2 ** 20,
  connections: 10_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  /** Longer than the idle time of common clients and balancers, so that they close first and no request is cut. */
  keepAliveTimeoutMs: 120_000,
} as const
