import { type Command, command } from '../command.ts'
import { globalOptions } from '../parse.ts'
import { UsageError } from '../usage.ts'

const shells = ['bash', 'zsh', 'fish'] as const

/** Scripts that complete by asking the program itself, so that they never go out of date. */
const scripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash: `_slipway() {
  local IFS=$'\\n'
  COMPREPLY=( $(slipway complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) )
}
complete -o default -F _slipway slipway
`,
  zsh: `#compdef slipway
_slipway() {
  local -a found
  found=(\${(f)"$(slipway complete -- \${words[2,CURRENT]} 2>/dev/null)"})
  compadd -a found || _files
}
compdef _slipway slipway
`,
  fish: `complete -c slipway -f -a '(slipway complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
}

/** What may stand where the last of the words is being typed. */
export function candidates(commands: readonly Command[], words: readonly string[]): string[] {
  const current = words.at(-1) ?? ''
  const [noun = '', verb] = words
  const starting = (options: readonly string[]) =>
    [...new Set(options)].filter((option) => option.startsWith(current)).sort()
  const chosen =
    commands.find(({ name }) => name === `${noun} ${verb}`) ?? commands.find(({ name }) => name === noun)
  if (current.startsWith('-')) {
    return starting(Object.keys({ ...globalOptions, ...chosen?.options }).map((option) => `--${option}`))
  }
  if (words.length <= 1) return starting(commands.map(({ name }) => name.split(' ')[0] ?? ''))
  const before = chosen?.options[words.at(-2)?.replace(/^--/, '') ?? '']
  if (before?.choices !== undefined) return starting(before.choices)
  if (words.length > 2) return []
  return starting(
    commands.flatMap(({ name }) => (name.startsWith(`${noun} `) ? [name.split(' ')[1] ?? ''] : [])),
  )
}

/** `all` is asked for late: the list holds these commands, too. */
export function completionCommands(all: () => readonly Command[]): Command[] {
  return [
    command({
      name: 'completion',
      summary: 'Prints a script that completes commands: bash, zsh or fish',
      arguments: [{ name: 'shell', summary: shells.join(', ') }],
      examples: [
        'source <(slipway completion bash)',
        'slipway completion fish > ~/.config/fish/completions/slipway.fish',
      ],
      async run({ arguments: { shell } }) {
        const known = shells.find((each) => each === shell)
        if (known === undefined)
          throw new UsageError(
            `\`${shell}\`: must be one of ${shells.join(', ')}.`,
            'slipway completion --help',
          )
        return { data: { script: scripts[known] }, show: () => scripts[known] }
      },
    }),
    {
      ...command({ name: 'complete', summary: '', run: async () => ({ exit: 0 }) }),
      hidden: true,
      words: async (words) => `${candidates(all(), words).join('\n')}\n`,
    },
  ]
}
