import { type Convention, contentEvents, conventions, messageEvents } from './conventions.ts'
import { type Json, jsonString, parsed, type Span, spanKey, textOf } from './span.ts'

type Attributes = ReadonlyMap<string, Json>

/** Adds what a span means in MLflow's attributes where only another convention says it. What is there stays. */
export function translated(span: Span): Span {
  const { attributes } = span
  const added = new Map<string, Json>()
  const add = (key: string, json: Json | undefined) => {
    if (json !== undefined && !attributes.has(key)) added.set(key, json)
  }
  const type = textOf(attributes.get(spanKey.type))
  if (type === undefined || type === 'UNKNOWN') {
    const found = first(({ kind }) => (kind === undefined ? undefined : typeOf(attributes, kind)))
    if (found !== undefined) added.set(spanKey.type, jsonString(found))
  }
  if (!attributes.has(spanKey.inputs)) {
    add(spanKey.inputs, first(({ inputs }) => anyOf(attributes, inputs)) ?? fromEvents(span, 'in'))
  }
  if (!attributes.has(spanKey.outputs)) {
    add(spanKey.outputs, first(({ outputs }) => anyOf(attributes, outputs)) ?? fromEvents(span, 'out'))
  }
  if (!attributes.has(spanKey.usage))
    add(
      spanKey.usage,
      first((one) => usageOf(attributes, one)),
    )
  add(
    spanKey.tools,
    first(({ tools }) => anyOf(attributes, tools)),
  )
  add(spanKey.model, first(({ model }) => anyOf(attributes, model)) ?? modelInside(span, added))
  add(
    spanKey.provider,
    first(({ provider }) => anyOf(attributes, provider && [provider])),
  )
  return added.size === 0 ? span : { ...span, attributes: new Map([...attributes, ...added]) }
}

function first<T>(ask: (convention: Convention) => T | undefined): T | undefined {
  for (const convention of conventions) {
    const found = ask(convention)
    if (found !== undefined) return found
  }
  return undefined
}

function typeOf(attributes: Attributes, [key, types]: NonNullable<Convention['kind']>): string | undefined {
  const kind = textOf(attributes.get(key))
  return kind !== undefined && Object.hasOwn(types, kind) ? types[kind] : undefined
}

function anyOf(attributes: Attributes, keys: readonly string[] | '' | undefined): Json | undefined {
  for (const key of keys || []) {
    const json = key.endsWith('*') ? byPrefix(attributes, key.slice(0, -1)) : attributes.get(key)
    if (json !== undefined && !empty.has(json)) return json
  }
  return undefined
}

const empty: ReadonlySet<string> = new Set(['null', '""', '{}', '[]', 'false', '0', '"{}"', '"[]"', '"null"'])

function byPrefix(attributes: Attributes, prefix: string): Json | undefined {
  for (const [key, json] of attributes) {
    if (key.startsWith(prefix) && /content$|arguments$|messages$/.test(key) && !empty.has(json)) return json
  }
  return undefined
}

function usageOf(attributes: Attributes, convention: Convention): Json | undefined {
  const input = count(attributes, convention.inputTokens)
  const output = count(attributes, convention.outputTokens)
  const given = count(attributes, convention.totalTokens)
  const total = given ?? (input === undefined || output === undefined ? undefined : input + output)
  if (input === undefined && output === undefined && total === undefined) return undefined
  const written = convention.cacheWrite?.map((key) => count(attributes, key)).find((one) => one !== undefined)
  return JSON.stringify({
    input_tokens: input,
    output_tokens: output,
    total_tokens: total,
    cache_read_input_tokens: count(attributes, convention.cacheRead),
    cache_creation_input_tokens: written,
  })
}

function count(attributes: Attributes, key: string | undefined): number | undefined {
  const value = key === undefined ? undefined : parsed(attributes.get(key))
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}

function fromEvents(span: Span, side: 'in' | 'out'): Json | undefined {
  const messages: Json[] = []
  for (const event of span.events) {
    const whole = contentEvents[event.name]
    if (whole?.side === side) {
      const json = event.attributes.get(whole.key)
      if (json !== undefined) return json
    }
    const message = messageEvents[event.name]
    const content = event.attributes.get('content')
    if (message?.side !== side || content === undefined) continue
    const role = event.attributes.get('role') ?? jsonString(message.role)
    messages.push(`{"role":${side === 'out' ? role : jsonString(message.role)},"content":${content}}`)
  }
  return messages.length === 0 ? undefined : `[${messages.join(',')}]`
}

/** Requests and answers of most model APIs name the model. */
function modelInside(span: Span, added: Attributes): Json | undefined {
  for (const key of [spanKey.inputs, spanKey.outputs]) {
    const json = span.attributes.get(key) ?? added.get(key)
    if (json === undefined || !json.includes('"model')) continue
    const value = parsed(json)
    const model = typeof value === 'object' && value !== null && 'model' in value ? value.model : undefined
    if (typeof model === 'string' && model !== '') return jsonString(model)
  }
  return undefined
}
