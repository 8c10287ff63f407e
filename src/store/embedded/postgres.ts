import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../base/log.ts'
import { lockHome } from '../home-lock.ts'
import { removeAbandoned } from './abandoned.ts'
import { type Binaries, findBinaries } from './binaries.ts'
import { flush, initialize } from './initialize.ts'
import { claim } from './password.ts'
import { type Place, placeOf, sharedDir, urlAt } from './place.ts'
import { type Postmaster, startPostmaster, stopPostmaster } from './postmaster.ts'

/** A running server that this process is responsible for. Disposing stops it cleanly. */
export interface Postgres extends AsyncDisposable {
  readonly url: string
  /** The process id of the server now; it changes when a crashed server is started again. */
  pid(): number
}

export interface PostgresOptions {
  readonly home: string
  readonly log: Log
  /** Server settings beside the usual ones. */
  readonly settings?: Readonly<Record<string, string>>
  /** Make an empty home's database with the schema in it, where the installation has a template. */
  readonly template?: boolean
}

/**
 * Starts the embedded server of a home directory, initializing it at first, and keeps it running: a server that dies is
 * started again, one that a killed platform left running is taken over. Locks the home: fails with `home_in_use` when
 * another program has it.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const place = await placeOf(options.home)
  await using stack = new AsyncDisposableStack()
  stack.use(await lockHome(place.home))
  // Another home, a copy of this one, may link to the same directory.
  if (!place.directory.startsWith(place.home)) {
    options.log.warn('database.outside_home', { home: place.home, directory: place.directory })
    stack.use(await lockHome(place.directory))
  }
  const binaries = await findBinaries(place.uid, sharedDir)
  const made = await initialize(place, binaries, [], options.template)
  const flushed = made.flush ? flush(place, binaries) : undefined
  flushed?.catch(() => {})
  const server = new Server(place, binaries, options)
  await server.start()
  stack.use(server)
  await claim(place)
  await flushed
  // nobody waits for it: a later start finds what this one leaves
  if (place.uid !== undefined) removeAbandoned(sharedDir, { now: Date.now() }).catch(() => {})
  const kept = stack.move()
  return { url: urlAt(place), pid: () => server.pid(), [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

class Server implements AsyncDisposable {
  readonly #place: Place
  readonly #binaries: Binaries
  readonly #settings: Readonly<Record<string, string>>
  readonly #log: Log
  #current: Postmaster | undefined
  #stopping = false
  #supervision: Promise<void> = Promise.resolve()

  constructor(place: Place, binaries: Binaries, options: PostgresOptions) {
    this.#place = place
    this.#binaries = binaries
    this.#settings = options.settings ?? {}
    this.#log = options.log
  }

  pid(): number {
    return this.#current?.pid ?? 0
  }

  async start(): Promise<void> {
    const postmaster = await startPostmaster(this.#place, this.#binaries, this.#settings)
    this.#current = postmaster
    this.#log.info('database.started', { pid: postmaster.pid, takenOver: postmaster.takenOver })
    this.#supervision = this.#supervise(postmaster)
  }

  async #supervise(first: Postmaster): Promise<void> {
    let postmaster = first
    for (;;) {
      await postmaster.ended
      if (this.#stopping) return
      this.#log.error('database.died', { pid: postmaster.pid })
      const next = await this.#restart()
      if (next === undefined) return
      postmaster = next
    }
  }

  async #restart(): Promise<Postmaster | undefined> {
    for (let wait = 100; !this.#stopping; wait = Math.min(wait * 2, 5000)) {
      try {
        const postmaster = await startPostmaster(this.#place, this.#binaries, this.#settings)
        this.#current = postmaster
        this.#log.info('database.started', { pid: postmaster.pid, afterCrash: true })
        return postmaster
      } catch (error) {
        this.#log.error('database.start_failed', { error })
        await delay(wait, undefined, { ref: false })
      }
    }
    return undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true
    // Only while a crashed server is being started again is there another one after the first stop.
    if (this.#current !== undefined) await stopPostmaster(this.#current)
    await this.#supervision
    if (this.#current !== undefined) await stopPostmaster(this.#current)
    if (this.#place.sockets !== this.#place.directory)
      await rm(this.#place.sockets, { recursive: true, force: true })
  }
}
