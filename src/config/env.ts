import { SlipwayError } from '../base/error.ts'
import { type Setting, type SettingName, settings } from './settings.ts'

/** What was given, as text, by the setting's name. Absent and empty are the same. */
export type Given = Readonly<Partial<Record<SettingName, string>>>
export type Environment = Readonly<Record<string, string | undefined>>

const names = Object.keys(settings) as SettingName[]
const byOption = new Map(
  names.flatMap((name) => {
    const { option }: Setting = settings[name]
    return option === undefined ? [] : [[option, name] as const]
  }),
)

/** Reads the settings from the environment, overruled by `options` (by setting name). */
export function readSettings(environment: Environment, options: Given = {}): Given {
  const given: Partial<Record<SettingName, string>> = {}
  for (const name of names) {
    const { env, also }: Setting = settings[name]
    const value = options[name] ?? environment[env] ?? (also === undefined ? undefined : environment[also])
    if (value !== undefined && value !== '') given[name] = value
  }
  return given
}

/** The same settings as environment variables, for a child process that is to have the same configuration. */
export function environmentOf(given: Given): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (given[name] === undefined ? [] : [[settings[name].env, given[name]]])),
  )
}

/** Takes the settings' options (`--port 4600`, `--port=4600`) out of a command line; returns what is left over. */
export function parseOptions(words: readonly string[]): { options: Given; rest: string[] } {
  const options: Partial<Record<SettingName, string>> = {}
  const rest: string[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    const [option = '', inline] = word.split(/=(.*)/s)
    const name = byOption.get(option)
    if (name === undefined) {
      rest.push(word)
      continue
    }
    const isFlag = 'flag' in settings[name]
    const value = inline ?? (isFlag ? 'true' : words[++index])
    if (value === undefined) throw new SlipwayError('invalid_config', `${option} needs a value.`)
    options[name] = value
  }
  return { options, rest }
}
