import { open } from 'node:fs/promises'
import { systemCode } from '../../base/durable.ts'
import { openWatcher } from './watch.ts'

const blockBytes = 64 * 1024

/** Reads a growing file from an offset until `ended` says that no more will come. */
export async function* follow(
  path: string,
  offset: number,
  ended: () => Promise<boolean>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let position = offset
  using watcher = openWatcher(path)
  for (;;) {
    // Asked first: what was written before the end is then still read.
    const last = await ended()
    for (
      let block = await readAt(path, position);
      block !== undefined;
      block = await readAt(path, position)
    ) {
      signal.throwIfAborted()
      position += block.length
      yield block
    }
    if (last) return
    await watcher.changed(signal)
  }
}

async function readAt(path: string, position: number): Promise<Uint8Array | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return undefined
  try {
    const buffer = Buffer.allocUnsafe(blockBytes)
    const { bytesRead } = await file.read(buffer, 0, blockBytes, position)
    return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
