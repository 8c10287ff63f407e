import { execFile } from 'node:child_process'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { block } from './transfer.ts'

const run = promisify(execFile)

/** Writes a file of that size and makes it durable. In MB/s. */
export async function rawWrite(path: string, size: number): Promise<number> {
  const bytes = block(0)
  const started = performance.now()
  const file = await open(path, 'wx')
  for (let written = 0; written < size; written += bytes.length) await file.write(bytes)
  await file.sync()
  await file.close()
  return size / 1000 / (performance.now() - started)
}

/** Reads a file from the disk. In MB/s. */
export async function rawRead(path: string): Promise<number> {
  await forget(path)
  const started = performance.now()
  let size = 0
  const file = await open(path, 'r')
  const buffer = Buffer.allocUnsafe(4 << 20)
  for (;;) {
    const { bytesRead } = await file.read(buffer)
    if (bytesRead === 0) break
    size += bytesRead
  }
  await file.close()
  return size / 1000 / (performance.now() - started)
}

/** Has the next reader of any large blob of a home read it from the disk. */
export async function forgetCached(home: string): Promise<void> {
  const root = join(home, 'blobs')
  const names = await readdir(root, { recursive: true })
  for (const name of names) if (/[0-9a-f]{64}$/.test(name)) await forget(join(root, name))
}

async function forget(path: string): Promise<void> {
  await run('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none'])
}
