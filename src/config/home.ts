import { mkdir } from 'node:fs/promises'

/**
 * Makes the data directory. What is secret in it lies in directories of its own; when we are root, the database runs as
 * another user, who must be able to pass through.
 */
export async function makeHome(home: string): Promise<void> {
  await mkdir(home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
}
