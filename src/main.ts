import { messageOf, SlipwayError } from './base/error.ts'

/** A part has its settings from the environment that its supervisor gave it, and is stopped by a signal or message. */
const supervised = { words: [], signal: new AbortController().signal }

/** One program: a process of the platform, or a command. Each loads only what it needs. */
async function main(words: readonly string[]): Promise<void> {
  const { localHandlers } = await import('./run/commands.ts')
  const part = process.connected ? words[0] : undefined
  if (part === 'serve' || part === 'worker') return await localHandlers[part](supervised)
  if (part === 'model-server') return await localHandlers.modelServer(supervised)
  const [{ runCli }, { version }] = await Promise.all([import('./cli/index.ts'), import('./run/version.ts')])
  process.exitCode = await runCli(words, { local: localHandlers, version })
}

try {
  await main(process.argv.slice(2))
} catch (thrown) {
  const expected = thrown instanceof SlipwayError
  console.error(`slipway: ${messageOf(thrown)}${expected ? ` ${thrown.remedy}` : ''}`)
  if (!expected) console.error(thrown)
  process.exitCode = 1
  // a part of the platform may still hold sockets or timers that nobody will close any more
  if (process.connected) process.disconnect()
  setTimeout(() => process.exit(), 2_000).unref()
}
