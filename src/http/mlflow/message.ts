import { type Body, isLosslessNumber } from './body.ts'
import { MlflowError } from './failure.ts'
import { pythonJson, pythonType } from './python.ts'

/** A field of a request, as the protocol's definitions type it. */
export type Field =
  | {
      readonly type: 'string' | 'int64' | 'double' | 'bool'
      readonly required?: true
      readonly list?: true
      /** Must be there, unless the other one is. */
      readonly or?: string
    }
  | {
      readonly type: 'enum'
      readonly values: readonly string[]
      readonly required?: true
      readonly list?: true
    }
  | { readonly type: 'message'; readonly fields: Message; readonly required?: true; readonly list?: true }
  /** Texts by key; never absent. */
  | { readonly type: 'map'; readonly required?: true; readonly list?: never }
  /** Any JSON. */
  | { readonly type: 'json'; readonly required?: true; readonly list?: true }

export type Message = { readonly [name: string]: Field }

type One<F extends Field> = F extends { type: 'message'; fields: infer M extends Message }
  ? Read<M>
  : F extends { type: 'enum'; values: readonly (infer V)[] }
    ? V
    : F extends { type: keyof Plain }
      ? Plain[F['type']]
      : never

interface Plain {
  readonly string: string
  readonly int64: number | bigint
  readonly double: number
  readonly bool: boolean
  readonly map: Readonly<Record<string, string>>
  readonly json: unknown
}

type Value<F extends Field> = F extends { list: true }
  ? readonly One<F>[]
  : F extends { required: true } | { type: 'map' }
    ? One<F>
    : One<F> | undefined

/** The values of a message: lists are never absent. */
export type Read<M extends Message> = { readonly [K in keyof M]: Value<M[K]> }

const docs = ' See the API docs for more information about request parameters.'

/** Reads a JSON body; reads it exactly before it complains. */
export function readBody<M extends Message>(message: M, body: Body): Read<M> {
  try {
    return readMessage(message, body.value, '')
  } catch {
    return readMessage(message, body.exact(), '')
  }
}

/** Reads a query string: lists repeat, and there are no types. */
export function readQuery<M extends Message>(
  message: M,
  query: Readonly<Record<string, string | readonly string[] | undefined>>,
): Read<M> {
  const values: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(message)) {
    const given = Object.hasOwn(query, name) ? query[name] : undefined
    if (given === undefined) continue
    const first = typeof given === 'string' ? given : given[0]
    values[name] = field.list === true ? [given].flat() : field.type === 'bool' ? boolOf(first) : first
  }
  return readMessage(message, values, '')
}

function boolOf(text: string | undefined): boolean {
  const lower = text?.toLowerCase()
  if (lower === 'true' || lower === 'false') return lower === 'true'
  throw invalid(`Invalid boolean value: ${text}, must be 'true' or 'false'.`)
}

function readMessage<M extends Message>(message: M, value: unknown, path: string): Read<M> {
  if (!isRecord(value)) throw wrongType(path === '' ? 'request' : path, value)
  const read: Record<string, unknown> = {}
  for (const name in message) {
    const field = message[name]
    if (field === undefined) continue
    const at = path === '' ? name : `${path}.${name}`
    const given = find(value, name)
    if (isMissing(field, given) && (!('or' in field) || isMissing(field, find(value, field.or ?? '')))) {
      throw invalid(`Missing value for required parameter '${at}'.${docs}`)
    }
    read[name] = readField(field, given, at)
  }
  return read as Read<M>
}

function isMissing(field: Field, given: unknown): boolean {
  if (field.required !== true && !('or' in field)) return false
  const text = field.type === 'string' || field.type === 'enum' || field.list === true
  return given === undefined || (text && given === '')
}

function readField(field: Field, given: unknown, at: string): unknown {
  if (field.type === 'map') return readMap(given ?? {}, at)
  if (field.list !== true) return given === undefined ? undefined : readOne(field, given, at)
  if (given === undefined) return []
  if (!Array.isArray(given)) throw wrongType(at, given)
  return given.map((one: unknown, index) => readOne(field, one, `${at}[${index}]`))
}

const camels = new Map<string, string>()

/** Of a field's name, kept: a batch asks for each of its names a thousand times. */
function camelOf(name: string): string {
  const known = camels.get(name)
  if (known !== undefined) return known
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  camels.set(name, camel)
  return camel
}

/** Both spellings of a name are right; both at once would mean two things. */
function find(value: Record<string, unknown>, name: string): unknown {
  const camel = camelOf(name)
  const snake = own(value, name)
  const other = camel === name ? undefined : own(value, camel)
  if (snake !== undefined && other !== undefined) {
    throw invalid(`Request specifies both '${name}' and '${camel}'; provide only one of them.`)
  }
  return snake ?? other
}

function own(value: Record<string, unknown>, name: string): unknown {
  const found = value[name]
  return found !== undefined && found !== null && Object.hasOwn(value, name) ? found : undefined
}

function readMap(value: unknown, at: string): Record<string, string> {
  if (!isRecord(value)) throw wrongType(at, value)
  const entries = Object.entries(value).map(([key, one]): [string, string] => {
    if (typeof one !== 'string') throw wrongType(`${at}[${key}]`, one)
    return [key, one]
  })
  return Object.fromEntries(entries)
}

/** Numbers that were read exactly are numbers again, as in google.protobuf.Value. */
function plainJson(value: unknown): unknown {
  if (isLosslessNumber(value)) return Number(value.value)
  if (Array.isArray(value)) return value.map(plainJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainJson(one)]))
}

function readOne(field: Field, value: unknown, at: string): unknown {
  switch (field.type) {
    case 'message':
      return readMessage(field.fields, value, at)
    case 'json':
      return plainJson(value)
    case 'string':
      if (typeof value === 'string') return value
      break
    case 'bool':
      if (typeof value === 'boolean') return value
      break
    case 'enum': {
      const named = enumOf(field.values, value)
      if (named !== undefined) return named
      break
    }
    case 'int64': {
      const number = int64Of(value)
      if (number !== undefined) return number
      break
    }
    case 'double': {
      const number = doubleOf(value)
      if (number !== undefined) return number
    }
  }
  throw wrongType(at, value)
}

/** By name, or by number from 1 on. */
function enumOf(values: readonly string[], value: unknown): string | undefined {
  if (typeof value === 'string' && values.includes(value)) return value
  const number = int64Of(value)
  return number === undefined ? undefined : values[Number(number) - 1]
}

function int64Of(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined
  const text = isLosslessNumber(value) ? value.value : typeof value === 'string' ? value : ''
  const whole = /^(-?\d{1,19})(?:\.0*)?$/.exec(text)?.[1]
  if (whole === undefined) {
    const number = isLosslessNumber(value) ? Number(text) : Number.NaN
    return Number.isSafeInteger(number) ? number : undefined
  }
  const exact = BigInt(whole)
  if (exact >= 2n ** 63n || exact < -(2n ** 63n)) return undefined
  return exact >= Number.MIN_SAFE_INTEGER && exact <= Number.MAX_SAFE_INTEGER ? Number(exact) : exact
}

function doubleOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (isLosslessNumber(value)) return Number(value.value)
  if (typeof value !== 'string') return undefined
  if (value === 'NaN') return Number.NaN
  const number = value.trim() === '' ? Number.NaN : Number(value)
  return Number.isNaN(number) ? undefined : number
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value)
}

function wrongType(at: string, value: unknown): MlflowError {
  return invalid(
    `Invalid value ${pythonJson(value)} for parameter '${at}' supplied:  Hint: Value was of type ` +
      `'${pythonType(value)}'.${docs}`,
  )
}

function invalid(message: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', message)
}
