import { SlipwayError } from '../base/error.ts'
import { type Setting, type SettingName, settings } from './settings.ts'

/** A setting that cannot be used: names the variable and the option. */
export function fail(name: SettingName, problem: string): SlipwayError {
  const { env, option }: Setting = settings[name]
  return new SlipwayError(
    'invalid_config',
    `${option === undefined ? env : `${env} (${option})`} ${problem}.`,
    {
      facts: { setting: env },
    },
  )
}

export function port(name: SettingName, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535)
    throw fail(name, `must be a port number from 0 (any free port) to 65535, not "${text}"`)
  return value
}

/** A whole number from 0. */
export function whole(
  name: SettingName,
  text: string | undefined,
  bounds: { fallback: number; most: number },
): number {
  if (text === undefined) return bounds.fallback
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= bounds.most) return value
  throw fail(name, `must be a whole number from 0 to ${bounds.most}, not "${text}"`)
}

export function flag(name: SettingName, text: string | undefined): boolean {
  if (text === undefined || text === '0' || text === 'false') return false
  if (text === '1' || text === 'true') return true
  throw fail(name, `must be true or false, not "${text}"`)
}

export function choice<T extends string>(
  name: SettingName,
  text: string | undefined,
  allowed: readonly T[],
  fallback: T,
): T {
  if (text === undefined) return fallback
  const found = allowed.find((value) => value === text)
  if (found === undefined) throw fail(name, `must be one of ${allowed.join(', ')}, not "${text}"`)
  return found
}

export function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

const units: Readonly<Record<string, number>> = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 }

export function byteSize(name: SettingName, text: string): number {
  const [, digits, unit = ''] = /^(\d+)(Ki|Mi|Gi|Ti|)$/.exec(text) ?? []
  if (digits === undefined) throw fail(name, `must be a number of bytes such as 500Mi or 20Gi, not "${text}"`)
  return Number(digits) * (units[unit] ?? 1)
}
