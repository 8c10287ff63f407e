import type { Command, Option } from './command.ts'
import { globalOptions, nouns } from './parse.ts'
import { paint, type Terminal } from './terminal.ts'

const groups: readonly (readonly [string, readonly string[]])[] = [
  ['Run', ['up', 'quickstart', 'doctor', 'backup', 'restore', 'serve', 'worker', 'model-server']],
  ['Lines', ['apply', 'status', 'lines', 'logs', 'alerts', 'channels']],
  ['Data, runs and models', ['data', 'runs', 'models', 'pipelines']],
  ['Serving', ['deployments', 'predict', 'labels']],
  ['Access', ['login', 'logout', 'projects', 'members', 'users', 'tokens', 'audit', 'platform']],
]

/** The help of the whole program. */
export function overview(terminal: Terminal, commands: readonly Command[], version: string): string {
  const known = new Set(groups.flatMap(([, members]) => members))
  const others = nouns(commands).filter((noun) => !known.has(noun))
  const shown = [...groups, ['More', others] as const].map(([title, members]) => {
    const lines = members.flatMap((noun) => {
      const own = commands.filter(({ name }) => name === noun || name.startsWith(`${noun} `))
      const verbs = own.map(({ name }) => name.split(' ')[1] ?? '').filter((verb) => verb !== '')
      const summary = own.length === 1 ? own[0]?.summary : verbs.join(', ')
      return own.length === 0 ? [] : [`  ${noun.padEnd(14)}${summary}`]
    })
    return `${paint(terminal, 'bold', title)}\n${lines.join('\n')}\n`
  })
  return `Slipway ${version}: from data to monitored production, and keeping it there.

Usage: slipway <command> [options]

${shown.join('\n')}
\`slipway <command> --help\` shows a command. --json answers in JSON everywhere.
`
}

/** The help of the commands of one noun. */
export function nounHelp(terminal: Terminal, commands: readonly Command[], noun: string): string {
  const own = commands.filter(({ name }) => name.startsWith(`${noun} `))
  const widest = Math.max(...own.map((each) => usage(each).length))
  const lines = own.map((each) => `  ${usage(each).padEnd(widest)}  ${paint(terminal, 'dim', each.summary)}`)
  return `Usage:\n${lines.join('\n')}\n`
}

/** The help of one command. */
export function commandHelp(terminal: Terminal, command: Command): string {
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : `\n${paint(terminal, 'bold', title)}\n${lines.join('\n')}\n`
  return [
    `${command.summary}.\n\nUsage: slipway ${usage(command)} [options]\n`,
    section(
      'Arguments',
      command.arguments.map(({ name, summary }) => `  ${`<${name}>`.padEnd(24)}  ${summary}`),
    ),
    section('Options', Object.entries(command.options).map(optionLine)),
    section('Options of every command', Object.entries(globalOptions).map(optionLine)),
    section(
      'Examples',
      command.examples.map((example) => `  ${example}`),
    ),
  ].join('')
}

function usage(command: Command): string {
  const words = command.arguments.map(({ name, optional }) => (optional ? `[${name}]` : `<${name}>`))
  return [command.name, ...words].join(' ')
}

function optionLine([name, option]: readonly [string, Option]): string {
  const value = option.value === undefined ? '' : ` ${option.value}`
  const flag = `${option.short === undefined ? '' : `-${option.short}, `}--${name}${value}`
  const choices = option.choices === undefined ? '' : ` (${option.choices.join(', ')})`
  return `  ${flag.padEnd(24)}  ${option.summary}${choices}`
}
