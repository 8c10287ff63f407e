// After `npm ci`: builds the UI and the database that homes begin with, with the Node that the packages carry. Plain
// JavaScript: any Node >= 20 runs it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
const packaged = join(root, 'node_modules', '.bin', 'node')
const node = existsSync(packaged) ? packaged : process.execPath
// without it, databases are made more slowly
if (existsSync(join(root, 'tools', 'template.ts')))
  spawnSync(node, [join(root, 'tools', 'template.ts')], { cwd: root, stdio: 'inherit' })
// an installation without development packages carries the built UI
if (existsSync(vite)) {
  const built = spawnSync(node, [vite, 'build', 'ui', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' })
  process.exitCode = built.status ?? 1
}
