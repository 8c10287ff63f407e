import { messageOf, SlipwayError } from './base/error.ts'

/** One program: a process of the platform, or a command. Each loads only what it needs. */
async function main(words: readonly string[]): Promise<void> {
  switch (words[0]) {
    case 'serve':
      return await (await import('./run/serve.ts')).serve()
    case 'worker':
      return await (await import('./run/worker.ts')).work()
    case 'model-server':
      return await (await import('./run/model-server.ts')).serveModels()
    default: {
      const { runCli } = await import('./cli/index.ts')
      const { localCommands } = await import('./run/commands.ts')
      process.exitCode = await runCli(words, { local: localCommands })
    }
  }
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
