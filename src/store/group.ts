import { isSerializationFailure, named } from './failure.ts'

interface Call<T> {
  readonly item: T
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const mostAtOnce = 512
const mostTries = 5

/**
 * Group commit for a write of one's own: while one is on its way, further items gather and become the next write. The
 * write is one statement or transaction, so that an item is durable when its promise resolves. A write that fails is
 * repeated item by item, so that no item fails because of another.
 */
export function grouped<T>(write: (items: readonly T[]) => Promise<void>): (item: T) => Promise<void> {
  const waiting: Call<T>[] = []
  let busy = false

  async function drain(): Promise<void> {
    busy = true
    while (waiting.length > 0) await send(waiting.splice(0, mostAtOnce))
    busy = false
  }

  async function send(calls: readonly Call<T>[]): Promise<void> {
    try {
      await persistently(() => write(calls.map((call) => call.item)))
      for (const call of calls) call.resolve()
    } catch (error) {
      if (calls.length === 1) calls[0]?.reject(named(error))
      else for (const call of calls) await send([call])
    }
  }

  return (item) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    waiting.push({ item, resolve, reject })
    if (!busy) void drain()
    return promise
  }
}

async function persistently(write: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write()
    } catch (error) {
      if (!isSerializationFailure(error) || tries === mostTries) throw error
    }
  }
}
