import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Command, Outcome } from './command.ts'
import { completionCommands } from './commands/completion.ts'
import { type Local, localCommands } from './commands/local.ts'
import { exitCodeOf, showFailure } from './failure.ts'
import { commandHelp, nounHelp, overview } from './help.ts'
import { findCommand, type Parsed, parse } from './parse.ts'
import { interruption, processTerminal, type Terminal } from './terminal.ts'

export type { Local } from './commands/local.ts'

export interface CliOptions {
  readonly local: Local
  readonly version: string
  readonly terminal?: Terminal
  readonly signal?: AbortSignal
}

/** Every command, those for completion included. */
export async function allCommands(local: Local): Promise<readonly Command[]> {
  const { remoteCommands } = await import('./remote.ts')
  const commands: Command[] = [
    ...localCommands(local),
    ...remoteCommands(),
    ...completionCommands(() => commands.filter(({ hidden }) => !hidden)),
  ]
  return commands
}

/** What runs the platform stays small: it loads nothing of what asks one. */
async function commandsFor(words: readonly string[], local: Local): Promise<readonly Command[]> {
  const own = localCommands(local)
  return own.some(({ name }) => name === words[0]) ? own : allCommands(local)
}

interface Session {
  readonly commands: readonly Command[]
  readonly terminal: Terminal
  readonly version: string
  readonly signal: AbortSignal
}

/** Runs one command line (without `node` and the program's name) and answers the exit code. */
export async function runCli(words: readonly string[], options: CliOptions): Promise<number> {
  const terminal = options.terminal ?? processTerminal()
  try {
    const commands = await commandsFor(words, options.local)
    const completing = commands.find(({ name, words: answer }) => answer !== undefined && name === words[0])
    if (completing?.words !== undefined) {
      terminal.write(await completing.words(words.slice(words[1] === '--' ? 2 : 1)))
      return 0
    }
    return await dispatch(words, {
      commands: commands.filter(({ hidden }) => !hidden),
      terminal,
      version: options.version,
      signal: options.signal ?? interruption(),
    })
  } catch (thrown) {
    terminal.warn(showFailure(terminal, thrown, words.includes('--json')))
    return exitCodeOf(thrown)
  }
}

async function dispatch(words: readonly string[], session: Session): Promise<number> {
  const { commands, terminal, version } = session
  const [first, second] = words
  if (first === 'help' && second !== undefined) return dispatch([...words.slice(1), '--help'], session)
  if (first === '--version' || first === '-v' || first === 'version') return print(terminal, `${version}\n`)
  const found = first === 'help' ? undefined : findCommand(commands, words)
  if (found === undefined) return print(terminal, overview(terminal, commands, version))
  if ('noun' in found) return print(terminal, nounHelp(terminal, commands, found.noun))
  const parsed = parse(found.command, found.rest)
  if (parsed.globals.help) return print(terminal, commandHelp(terminal, found.command))
  return finish(await invoke(parsed, session), parsed, terminal)
}

function print(terminal: Terminal, text: string): number {
  terminal.write(text)
  return 0
}

async function invoke(parsed: Parsed, { terminal, signal }: Session): Promise<Outcome> {
  const placed = parsed.command.local ? undefined : await import('./place.ts')
  return parsed.command.run({
    arguments: parsed.arguments,
    options: parsed.options,
    json: parsed.globals.json,
    get place() {
      if (placed === undefined) throw new Error(`${parsed.command.name} asks no platform.`)
      return placed.placeOf(terminal, parsed.globals, signal)
    },
    terminal,
    signal,
  })
}

async function finish(outcome: Outcome, parsed: Parsed, terminal: Terminal): Promise<number> {
  if ('stream' in outcome) {
    const stream = parsed.globals.json ? jsonLines(outcome.stream) : outcome.stream
    for await (const chunk of stream) terminal.write(chunk)
    return 0
  }
  if ('data' in outcome) {
    terminal.write(
      parsed.globals.json ? `${JSON.stringify(outcome.data, null, 2)}\n` : outcome.show(terminal),
    )
    return outcome.exit ?? 0
  }
  return outcome.exit
}

/** Text as programs read it while it comes: a JSON object a line. */
async function* jsonLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const line of createInterface({
    input: Readable.from(stream),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    yield `${JSON.stringify({ line })}\n`
  }
}
