import { type Command, command, type Option } from '../command.ts'

/** What runs here rather than asks a platform; handed in by the program, of which the command line knows nothing. */
export interface Local {
  /** The settings of the platform, as options of the commands that run it: `--port`. */
  readonly settings: readonly { readonly option: string; readonly help: string; readonly flag?: boolean }[]
  /** Each is given the settings' options as words (`--port=4600`), and resolves when it is done or stopped. */
  readonly up: LocalHandler
  readonly serve: LocalHandler
  readonly worker: LocalHandler
  readonly modelServer: LocalHandler
  readonly doctor: LocalHandler<{ readonly json: boolean }>
  readonly backup: LocalHandler<{ readonly file: string }>
  readonly restore: LocalHandler<{ readonly file: string }>
  readonly quickstart: LocalHandler<{ readonly exit: boolean }>
}

type LocalHandler<Extra = Record<never, never>> = (
  call: { readonly words: readonly string[]; readonly signal: AbortSignal } & Extra,
) => Promise<number | undefined>

/** The commands that run the platform, or work on its data directory. */
export function localCommands(local: Local): Command[] {
  const settings = Object.fromEntries(
    local.settings.map(({ option, help, flag }): [string, Option] => [
      option.replace(/^--/, ''),
      {
        summary: help.replace(/\.$/, ''),
        ...(flag ? {} : { value: option.replace(/^--/, '').toUpperCase() }),
      },
    ]),
  )
  const words = (options: Readonly<Record<string, unknown>>) =>
    Object.keys(settings).flatMap((name) => {
      const value = options[name]
      return value === undefined || value === false
        ? []
        : [value === true ? `--${name}` : `--${name}=${value}`]
    })
  const process = (name: string, summary: string, run: LocalHandler): Command =>
    command({
      name,
      summary,
      options: settings,
      run: async ({ options, signal }) => ({ exit: (await run({ words: words(options), signal })) ?? 0 }),
    })
  const file = [{ name: 'file', summary: 'the archive' }] as const
  const commands = [
    process('up', 'Runs the whole platform on this machine', local.up),
    process('serve', 'Runs the API and the pages only', local.serve),
    process('worker', 'Runs work only', local.worker),
    process('model-server', 'Runs the model server only', local.modelServer),
    command({
      name: 'doctor',
      summary: 'Looks for what would keep the platform from working here',
      options: settings,
      run: async ({ options, signal, json }) => ({
        exit: (await local.doctor({ words: words(options), signal, json })) ?? 0,
      }),
    }),
    command({
      name: 'backup',
      summary: 'Writes database, files and keys into one archive',
      arguments: file,
      options: settings,
      run: async ({ arguments: { file }, options, signal }) => ({
        exit: (await local.backup({ file, words: words(options), signal })) ?? 0,
      }),
    }),
    command({
      name: 'restore',
      summary: 'Restores an archive into an empty data directory',
      arguments: file,
      options: settings,
      run: async ({ arguments: { file }, options, signal }) => ({
        exit: (await local.restore({ file, words: words(options), signal })) ?? 0,
      }),
    }),
    command({
      name: 'quickstart',
      summary: 'Shows the whole loop on real data in two minutes',
      options: { ...settings, exit: { summary: 'End when the loop has closed; fail if a stage failed' } },
      run: async ({ options, signal }) => ({
        exit: (await local.quickstart({ exit: options.exit === true, words: words(options), signal })) ?? 0,
      }),
    }),
  ]
  return commands.map((each) => ({ ...each, local: true as const }))
}
