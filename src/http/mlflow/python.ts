import { isLosslessNumber } from './body.ts'

/** As Python's `json.dumps(value, sort_keys=True, separators=(',', ':'))`, whose text MLflow's messages hold. */
export function pythonJson(value: unknown): string {
  if (isLosslessNumber(value)) return pythonNumber(value.value)
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, one]) => `${ascii(key)}:${pythonJson(one)}`).join(',')}}`
  }
  return typeof value === 'string' ? ascii(value) : (JSON.stringify(value) ?? 'null')
}

/** What Python calls the type of a JSON value. */
export function pythonType(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType'
  if (isLosslessNumber(value)) return /[.eE]/.test(value.value) ? 'float' : 'int'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return { string: 'str', boolean: 'bool' }[typeof value as string] ?? 'dict'
}

function pythonNumber(text: string): string {
  if (!/[eE]/.test(text)) return text
  const number = Number(text)
  if (!Number.isFinite(number)) return number > 0 ? 'Infinity' : '-Infinity'
  const shown = String(number)
  return /[.e]/.test(shown) ? shown : `${shown}.0`
}

function ascii(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
