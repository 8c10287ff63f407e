import { messageOf } from '../base/error.ts'
import type { ChildAnswer, ChildRequest } from './protocol.ts'
import { runStatements } from './session.ts'

// The process that DuckDB may bring down. It lives as long as its parent's channel is open.
process.on('disconnect', () => process.exit(0))
process.on('message', async (request: ChildRequest) => {
  process.send?.(await answer(request))
})

async function answer(request: ChildRequest): Promise<ChildAnswer> {
  try {
    return { ok: true, rows: await runStatements(request) }
  } catch (error) {
    return { ok: false, message: messageOf(error) }
  }
}
