import { didYouMean } from '../base/nearest.ts'
import type { Command, Option } from './command.ts'
import { UsageError } from './usage.ts'

/** Options of every command. */
export const globalOptions = {
  json: { summary: 'Answer in JSON, for programs' },
  project: {
    summary: 'The project to act in (SLIPWAY_PROJECT; default: `default`)',
    value: 'NAME',
    short: 'p',
  },
  url: { summary: 'The platform to talk to (SLIPWAY_URL; default: the one logged in to last)', value: 'URL' },
  help: { summary: 'Show help', short: 'h' },
} as const satisfies Record<string, Option>

export interface Parsed {
  readonly command: Command
  readonly arguments: Readonly<Record<string, string>>
  readonly options: Readonly<Record<string, unknown>>
  readonly globals: {
    readonly json: boolean
    readonly help: boolean
    readonly project?: string
    readonly url?: string
  }
}

/** Finds the command of the words before any option, and the words that are left for it. */
export function findCommand(
  commands: readonly Command[],
  words: readonly string[],
): { command: Command; rest: readonly string[] } | { noun: string } | undefined {
  const plain = words.findIndex((word) => word.startsWith('-'))
  const leading = plain < 0 ? words : words.slice(0, plain)
  const [noun, verb] = leading
  if (noun === undefined) return undefined
  const named = (word: string | undefined) => commands.find(({ name }) => name === `${noun} ${word}`)
  const both = named(verb) ?? (verb === 'ls' ? named('list') : undefined)
  if (both !== undefined) return { command: both, rest: words.slice(2) }
  const single = commands.find(({ name }) => name === noun)
  if (single !== undefined) return { command: single, rest: words.slice(1) }
  const ofNoun = commands.filter(({ name }) => name.startsWith(`${noun} `))
  const [first] = ofNoun
  if (first === undefined)
    throw new UsageError(
      `There is no command \`${noun}\`.${didYouMean(noun, nouns(commands))}`,
      'slipway --help',
    )
  if (verb === undefined)
    return words.includes('--help') || words.includes('-h')
      ? { noun }
      : { command: first, rest: words.slice(1) }
  const verbs = ofNoun.map(({ name }) => name.split(' ')[1] ?? '')
  throw new UsageError(
    `\`slipway ${noun}\` has no \`${verb}\`.${didYouMean(verb, verbs)}`,
    `slipway ${noun} --help`,
  )
}

export function nouns(commands: readonly Command[]): string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))]
}

/** Takes the words of a command apart by its declaration. */
export function parse(command: Command, words: readonly string[]): Parsed {
  const declared: Record<string, Option> = { ...globalOptions, ...command.options }
  const given: Record<string, unknown> = {}
  const positional: string[] = []
  const hint = `slipway ${command.name} --help`
  let open = true
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (open && word === '--') open = false
    else if (!open || !word.startsWith('-') || word === '-') positional.push(word)
    else {
      const { name, inline } = named(word, declared, hint)
      const option = declared[name] as Option
      if (option.value === undefined) given[name] = switched(word, inline, hint)
      else {
        const value = inline ?? words[++at]
        if (value === undefined) throw new UsageError(`\`${word}\` needs a value: ${option.value}.`, hint)
        given[name] = option.many
          ? [...((given[name] as string[]) ?? []), value]
          : typed(word, option, value, hint)
      }
    }
  }
  const wanted = given.help === true
  if (!wanted) checkRequired(command, given, hint)
  return {
    command,
    arguments: wanted ? {} : assigned(command, positional, hint),
    options: Object.fromEntries(
      Object.entries(command.options).map(([name, option]) => [name, given[name] ?? absent(option)]),
    ),
    globals: {
      json: given.json === true,
      help: wanted,
      ...(typeof given.project === 'string' ? { project: given.project } : {}),
      ...(typeof given.url === 'string' ? { url: given.url } : {}),
    },
  }
}

function absent(option: Option): unknown {
  if (option.value === undefined) return false
  return option.many ? [] : undefined
}

function named(
  word: string,
  declared: Readonly<Record<string, Option>>,
  hint: string,
): { name: string; inline?: string } {
  const [text = '', inline] = word.split(/=(.*)/s)
  const name = text.startsWith('--')
    ? text.slice(2)
    : Object.keys(declared).find((each) => declared[each]?.short === text.slice(1))
  if (name === undefined || !Object.hasOwn(declared, name)) {
    const known = Object.keys(declared).map((each) => `--${each}`)
    throw new UsageError(`There is no option \`${text}\`.${didYouMean(text, known)}`, hint)
  }
  return inline === undefined ? { name } : { name, inline }
}

function switched(word: string, inline: string | undefined, hint: string): boolean {
  if (inline === undefined) return true
  if (inline === 'true' || inline === 'false') return inline === 'true'
  throw new UsageError(`\`${word}\`: this option takes no value.`, hint)
}

function typed(word: string, option: Option, value: string, hint: string): string | number {
  if (option.choices !== undefined && !option.choices.includes(value)) {
    const allowed = option.choices.join(', ')
    throw new UsageError(
      `\`${word} ${value}\`: must be one of ${allowed}.${didYouMean(value, option.choices)}`,
      hint,
    )
  }
  if (!option.integer) return value
  if (/^-?\d{1,15}$/.test(value)) return Number(value)
  throw new UsageError(`\`${word} ${value}\`: must be a whole number.`, hint)
}

function checkRequired(command: Command, given: Readonly<Record<string, unknown>>, hint: string): void {
  for (const [name, option] of Object.entries(command.options)) {
    if (option.required && given[name] === undefined) throw new UsageError(`\`--${name}\` is missing.`, hint)
  }
}

function assigned(command: Command, positional: readonly string[], hint: string): Record<string, string> {
  const extra = positional[command.arguments.length]
  if (extra !== undefined) throw new UsageError(`\`${extra}\` is one word too many.`, hint)
  const missing = command.arguments.find((argument, i) => !argument.optional && positional[i] === undefined)
  if (missing !== undefined) throw new UsageError(`<${missing.name}> is missing: ${missing.summary}.`, hint)
  return Object.fromEntries(command.arguments.map(({ name }, i) => [name, positional[i] ?? '']))
}
