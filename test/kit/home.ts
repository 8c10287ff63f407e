import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A data directory for one test, removed with `await using`. Everyone may pass through to it, so that a database started
 * by root keeps its files in it and not elsewhere.
 */
export async function makeTestHome(): Promise<AsyncDisposable & { readonly path: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-test-home-'))
  await chmod(directory, 0o755)
  return {
    path: join(directory, 'home'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}
