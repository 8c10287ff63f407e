import { messageOf } from '../../../base/error.ts'
import { openSession } from './session.ts'
import { warm } from './warm.ts'

/** Loads and tries the file that it is given and writes what it found to standard output, as one line of JSON. */
async function main(path: string): Promise<unknown> {
  try {
    const session = await openSession(path, { threads: 1 })
    const { batchable } = await warm(session)
    return { spec: session.spec, batchable }
  } catch (error) {
    return { error: messageOf(error) }
  }
}

process.stdout.write(`${JSON.stringify(await main(process.argv[2] ?? ''))}\n`)
