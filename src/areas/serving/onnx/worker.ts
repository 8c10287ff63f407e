import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../../base/error.ts'
import { openSession } from './session.ts'
import type { ModelSpec, Tensor } from './tensor.ts'
import { warm } from './warm.ts'

/** Given to the thread when it starts. */
export interface WorkerStart {
  readonly path: string
  readonly threads: number
}

export interface RunRequest {
  readonly id: number
  readonly inputs: readonly Tensor[]
}

/** Ends the thread once its run is over: ending it from outside while native code runs would abort the whole process. */
export interface CloseRequest {
  readonly close: true
}

export type WorkerMessage =
  | { readonly type: 'ready'; readonly spec: ModelSpec; readonly batchable: boolean }
  | { readonly type: 'failed'; readonly error: string }
  | { readonly type: 'result'; readonly id: number; readonly outputs: readonly Tensor[] }
  | { readonly type: 'error'; readonly id: number; readonly error: string }

/** Smaller buffers are cheaper to copy than to hand over. */
const transferFrom = 16 * 1024

/** The program of a worker thread: one model that loads, warms and runs here, and nothing else. */
async function main(port: NonNullable<typeof parentPort>): Promise<void> {
  const send = (message: WorkerMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
  const { path, threads } = workerData as WorkerStart
  try {
    const session = await openSession(path, { threads })
    const { batchable } = await warm(session)
    port.on('message', async (request: RunRequest | CloseRequest) => {
      if ('close' in request) {
        await session.release()
        port.close()
        return
      }
      const { id, inputs } = request
      try {
        const outputs = await session.run(inputs)
        send({ type: 'result', id, outputs }, transferable(outputs))
      } catch (error) {
        send({ type: 'error', id, error: messageOf(error) })
      }
    })
    send({ type: 'ready', spec: session.spec, batchable })
  } catch (error) {
    send({ type: 'failed', error: messageOf(error) })
    port.close()
  }
}

function transferable(tensors: readonly Tensor[]): ArrayBuffer[] {
  const buffers = tensors.flatMap(({ data }) =>
    Array.isArray(data) || data.byteLength < transferFrom ? [] : [data.buffer],
  )
  return [...new Set(buffers)]
}

if (parentPort) await main(parentPort)
