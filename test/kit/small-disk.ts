import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Runs a program (`fill-disk.ts` unless another is given) on a disk of 4 MB, mounted in a mount namespace of its own;
 * undefined where that is not allowed.
 */
export async function onSmallDisk(
  what: string,
  file: string = join(import.meta.dirname, 'fill-disk.ts'),
): Promise<unknown> {
  const allowed = await run('unshare', ['-rm', 'true']).then(
    () => true,
    () => false,
  )
  if (!allowed) return undefined
  const disk = await mkdtemp(join(tmpdir(), 'slipway-disk-'))
  try {
    const script = 'mount -t tmpfs -o size=4m none "$4" && exec "$@"'
    const program = [process.execPath, file, what, disk]
    const { stdout } = await run('unshare', ['-rm', 'sh', '-c', script, 'sh', ...program], {
      timeout: 60_000,
    })
    return JSON.parse(stdout)
  } finally {
    await rm(disk, { recursive: true, force: true })
  }
}

export const noSmallDisk = 'SKIPPED: the full disk, for want of mount namespaces (unshare -rm).'
