// After `npm ci`: builds the UI, with the Node that the packages carry. Plain JavaScript: any Node >= 20 runs it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
// an installation without development packages carries the built UI
if (existsSync(vite)) {
  const packaged = join(root, 'node_modules', '.bin', 'node')
  const node = existsSync(packaged) ? packaged : process.execPath
  const built = spawnSync(node, [vite, 'build', 'ui', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' })
  process.exitCode = built.status ?? 1
}
