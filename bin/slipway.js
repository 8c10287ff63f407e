#!/usr/bin/env node
// The `slipway` command. Plain JavaScript, so that any Node >= 20 can read it: it starts the program
// with a Node that runs TypeScript as it is (24 or later), which npm installs as a platform package.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const compiled = join(here, '..', 'dist', 'main.js')
const program = existsSync(compiled) ? compiled : join(here, '..', 'src', 'main.ts')

if (Number(process.versions.node.split('.')[0]) >= 24) {
  module.enableCompileCache?.()
  await import(program)
} else {
  const child = spawn(pinnedNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code ?? 1)))
}

function pinnedNode() {
  const require = module.createRequire(import.meta.url)
  for (const name of ['node', 'node-bin']) {
    try {
      return join(
        dirname(require.resolve(`${name}-${process.platform}-${process.arch}/package.json`)),
        'bin',
        'node',
      )
    } catch {}
  }
  console.error(
    `slipway: needs Node 24 or later (this is ${process.version}), and no packaged Node for ${process.platform}-${process.arch} is installed.\n` +
      'Run `npm ci` again without --omit=optional, or install Node 24.',
  )
  process.exit(1)
}
