import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { Log } from '../base/log.ts'
import { connect } from './connect.ts'

export type Channel = 'work' | 'events' | 'hints'
type Hear = (payload: string) => void

/**
 * LISTEN and NOTIFY over one direct connection of their own. Signals are hints: they are sent after the commit, outside
 * its transaction (a NOTIFY inside would make commits wait for each other), and may be lost; whoever waits also polls.
 */
export class Signals implements AsyncDisposable {
  readonly #url: string
  readonly #log: Log
  readonly #hearers = new Map<Channel, Set<Hear>>()
  #pending = new Map<string, { channel: Channel; payload: string }>()
  #connecting: Promise<pg.Client | undefined> | undefined
  #last: Promise<void> = Promise.resolve()
  #closed = false

  constructor(url: string, log: Log) {
    this.#url = url
    this.#log = log
  }

  /** Resolves when the channel is being listened to, or, while the database is away, will be when it is back. */
  async listen(channel: Channel, hear: Hear): Promise<AsyncDisposable> {
    const hearers = this.#hearers.get(channel) ?? new Set()
    this.#hearers.set(channel, hearers)
    hearers.add(hear)
    await this.#query(`listen slipway_${channel}`).catch((error) =>
      this.#log.warn('signals.not_connected', { error }),
    )
    return {
      [Symbol.asyncDispose]: async () => {
        hearers.delete(hear)
      },
    }
  }

  /** Sends soon; equal signals of one moment are sent once. */
  notify(channel: Channel, payload: string): void {
    if (this.#closed) return
    if (this.#pending.size === 0) setImmediate(() => this.#flush())
    this.#pending.set(`${channel} ${payload}`, { channel, payload })
  }

  async #flush(): Promise<void> {
    const signals = [...this.#pending.values()]
    this.#pending = new Map()
    try {
      await this.#query(
        'select pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as s (channel, payload)',
        [signals.map((signal) => `slipway_${signal.channel}`), signals.map((signal) => signal.payload)],
      )
    } catch (error) {
      this.#log.debug('signals.lost', { count: signals.length, error })
    }
  }

  /** One statement at a time: the connection cannot take more. */
  #query(text: string, values: readonly unknown[] = []): Promise<void> {
    const turn = this.#last.then(async () => {
      await (await this.#connected())?.query(text, [...values])
    })
    this.#last = turn.catch(() => {})
    return turn
  }

  #connected(): Promise<pg.Client | undefined> {
    this.#connecting ??= this.#connect().catch((error) => {
      this.#connecting = undefined
      if (this.#isHeard()) this.#reconnectSoon()
      throw error
    })
    return this.#connecting
  }

  async #connect(): Promise<pg.Client | undefined> {
    if (this.#closed) return undefined
    const client = await connect(this.#url)
    client.on('notification', ({ channel, payload }) =>
      this.#dispatch(channel.replace('slipway_', ''), payload ?? ''),
    )
    client.once('end', () => this.#lost())
    // A lost signal is no loss of data.
    await client.query('set synchronous_commit = off')
    for (const channel of this.#hearers.keys()) await client.query(`listen slipway_${channel}`)
    return client
  }

  #dispatch(channel: string, payload: string): void {
    for (const hear of this.#hearers.get(channel as Channel) ?? []) hear(payload)
  }

  #lost(): void {
    this.#connecting = undefined
    if (!this.#closed && this.#isHeard()) this.#reconnectSoon()
  }

  #isHeard(): boolean {
    return [...this.#hearers.values()].some((hearers) => hearers.size > 0)
  }

  async #reconnectSoon(): Promise<void> {
    await delay(100, undefined, { ref: false })
    if (this.#closed) return
    try {
      await this.#connected()
    } catch {
      return
    }
    this.#log.info('signals.reconnected')
    // What was sent in between was missed: everyone looks for themselves.
    for (const hearers of this.#hearers.values()) for (const hear of hearers) hear('')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const client = await this.#connecting?.catch(() => undefined)
    await client?.end()
  }
}
