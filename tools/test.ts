/**
 * All tests, fast ones first; ends with how many passed, failed and were skipped, and why.
 * `node tools/test.ts [--full] [part of a path …]`
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const full = process.argv.includes('--full')

interface Stage {
  readonly name: string
  readonly files: readonly string[]
  /** Files at once: tests that boot the whole program have the machine to themselves. */
  readonly concurrency: number
  readonly timeoutMs: number
}

const checks: readonly (readonly [string, string, ...string[]])[] = [
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['types of the UI', 'tsc', '-p', 'ui/tsconfig.json'],
  ['style', 'biome', 'check', '.'],
  ['layers', 'node', 'tools/layers.ts'],
  ['dead code', 'knip', '--no-progress', '--no-config-hints'],
]

const stages: readonly Stage[] = [
  {
    name: 'unit',
    files: globSync('{src,tools,ui,examples}/**/*.test.ts', { cwd: root, exclude: ['**/node_modules/**'] }),
    concurrency: 2,
    timeoutMs: 180_000,
  },
  {
    name: 'contract',
    files: globSync('test/contract/**/*.test.ts', { cwd: root }),
    concurrency: 1,
    timeoutMs: 300_000,
  },
  {
    name: 'end to end',
    files: globSync('test/e2e/**/*.test.ts', { cwd: root }),
    concurrency: 1,
    timeoutMs: 300_000,
  },
  ...(full
    ? [
        {
          name: 'long',
          files: globSync('test/full/**/*.test.ts', { cwd: root }),
          concurrency: 1,
          timeoutMs: 3_600_000,
        },
      ]
    : []),
]

let passed = 0
const failed: string[] = []
const skipped: string[] = []

function runChecks(): void {
  for (const [name, command, ...args] of checks) {
    const started = Date.now()
    const result = spawnSync(join(root, 'node_modules', '.bin', command), args, {
      cwd: root,
      encoding: 'utf8',
    })
    if (result.status === 0) passed += 1
    else {
      failed.push(`check: ${name}`)
      console.log(result.stdout, result.stderr, result.error ?? '')
    }
    console.log(`${result.status === 0 ? '✔' : '✖'} ${name} (${Date.now() - started} ms)`)
  }
}

async function runStage(stage: Stage): Promise<void> {
  const files = stage.files
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
    .sort()
  if (files.length === 0) return
  const started = Date.now()
  console.log(`\n${stage.name}: ${files.length} files`)
  const events = run({
    files: files.map((file) => join(root, file)),
    concurrency: stage.concurrency,
    timeout: stage.timeoutMs,
    cwd: root,
  })
  events.on('test:pass', (event) => {
    if (event.details.type === 'suite') return
    if (event.skip !== undefined || event.todo !== undefined)
      skipped.push(`${event.name}: ${event.skip ?? event.todo}`)
    else passed += 1
  })
  events.on('test:fail', (event) => {
    if (event.details.type === 'suite') return
    failed.push(`${event.file ?? ''}: ${event.name}`)
    const { error } = event.details
    console.log(`✖ ${event.name}\n`, error.cause ?? error)
  })
  for await (const chunk of events.compose(new spec())) {
    const text = String(chunk)
    // the reporter's own totals are of one stage; ours of all come last
    if (!/^ℹ /.test(text)) process.stdout.write(text)
  }
  console.log(`${stage.name}: ${((Date.now() - started) / 1000).toFixed(1)} s`)
}

if (wanted.length === 0) runChecks()
for (const stage of stages) await runStage(stage)

for (const reason of skipped) console.log(`SKIPPED ${reason}`)
for (const name of failed) console.log(`FAILED ${name}`)
const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : ''
console.log(`\n${passed} passed, ${failed.length} failed${tail}`)
process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1
