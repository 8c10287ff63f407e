import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Command, Outcome } from './command.ts'
import { accessCommands } from './commands/access.ts'
import { alertCommands } from './commands/alerts.ts'
import { applyCommands } from './commands/apply.ts'
import { completionCommands } from './commands/completion.ts'
import { dataCommands } from './commands/data.ts'
import { deploymentCommands } from './commands/deployments.ts'
import { labelCommands } from './commands/labels.ts'
import { lineCommands } from './commands/lines.ts'
import { type Local, localCommands } from './commands/local.ts'
import { loginCommands } from './commands/login.ts'
import { logCommands } from './commands/logs.ts'
import { modelCommands } from './commands/models.ts'
import { pipelineCommands } from './commands/pipelines.ts'
import { predictCommands } from './commands/predict.ts'
import { runCommands } from './commands/runs.ts'
import { statusCommands } from './commands/status.ts'
import { exitCodeOf, showFailure } from './failure.ts'
import { commandHelp, nounHelp, overview } from './help.ts'
import { findCommand, type Parsed, parse } from './parse.ts'
import { placeOf } from './place.ts'
import { processTerminal, type Terminal } from './terminal.ts'

export type { Local } from './commands/local.ts'

export interface CliOptions {
  readonly local: Local
  readonly version: string
  readonly terminal?: Terminal
  readonly signal?: AbortSignal
}

export function allCommands(local: Local): readonly Command[] {
  const commands: Command[] = [
    ...localCommands(local),
    ...applyCommands,
    ...statusCommands,
    ...lineCommands,
    ...logCommands,
    ...alertCommands,
    ...dataCommands,
    ...runCommands,
    ...modelCommands,
    ...pipelineCommands,
    ...deploymentCommands,
    ...predictCommands,
    ...labelCommands,
    ...loginCommands,
    ...accessCommands,
    ...completionCommands(() => commands.filter(({ hidden }) => !hidden)),
  ]
  return commands
}

/** Runs one command line (without `node` and the program's name) and answers the exit code. */
export async function runCli(words: readonly string[], options: CliOptions): Promise<number> {
  const terminal = options.terminal ?? processTerminal()
  const json = words.includes('--json')
  try {
    const commands = allCommands(options.local)
    const hidden = commands.find(({ name, words: answer }) => answer !== undefined && name === words[0])
    if (hidden?.words !== undefined) {
      terminal.write(await hidden.words(words.slice(words[1] === '--' ? 2 : 1)))
      return 0
    }
    return await dispatch(
      commands.filter((each) => !each.hidden),
      words,
      terminal,
      options,
    )
  } catch (thrown) {
    terminal.warn(showFailure(terminal, thrown, json))
    return exitCodeOf(thrown)
  }
}

async function dispatch(
  commands: readonly Command[],
  words: readonly string[],
  terminal: Terminal,
  options: CliOptions,
): Promise<number> {
  const [first] = words
  if (first === '--version' || first === '-v' || first === 'version') {
    terminal.write(`${options.version}\n`)
    return 0
  }
  const found = first === 'help' ? undefined : findCommand(commands, words)
  if (found === undefined) {
    if (first === 'help' && words[1] !== undefined)
      return dispatch(commands, [...words.slice(1), '--help'], terminal, options)
    terminal.write(overview(terminal, commands, options.version))
    return 0
  }
  if ('noun' in found) {
    terminal.write(nounHelp(terminal, commands, found.noun))
    return 0
  }
  const parsed = parse(found.command, found.rest)
  if (parsed.globals.help) {
    terminal.write(commandHelp(terminal, found.command))
    return 0
  }
  return finish(
    await invoke(parsed, terminal, options.signal ?? new AbortController().signal),
    parsed,
    terminal,
  )
}

async function invoke(parsed: Parsed, terminal: Terminal, signal: AbortSignal): Promise<Outcome> {
  return parsed.command.run({
    arguments: parsed.arguments,
    options: parsed.options,
    json: parsed.globals.json,
    get place() {
      return placeOf(terminal, parsed.globals)
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
