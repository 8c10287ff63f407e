/** JSON as text: what travels in spans is kept as it came, the order of keys and `1.0` beside `1` included. */
export type Json = string

export type Texts = Readonly<Record<string, string>>

export interface SpanEvent {
  readonly name: string
  /** Nanoseconds since 1970. */
  readonly time: bigint
  readonly attributes: ReadonlyMap<string, Json>
}

export interface SpanLink {
  readonly traceId: string
  readonly spanId: string
  readonly attributes: ReadonlyMap<string, Json>
}

export type SpanStatus = 'unset' | 'ok' | 'error'

/** One operation of a trace. */
export interface Span {
  readonly traceId: string
  /** 16 hex digits. */
  readonly id: string
  readonly parentId: string | null
  readonly name: string
  readonly status: SpanStatus
  readonly message: string
  /** Nanoseconds since 1970. */
  readonly start: bigint
  /** Null while it goes on. */
  readonly end: bigint | null
  readonly attributes: ReadonlyMap<string, Json>
  readonly events: readonly SpanEvent[]
  readonly links: readonly SpanLink[]
}

/** Attributes of spans that MLflow's clients give a meaning. */
export const spanKey = {
  request: 'mlflow.traceRequestId',
  inputs: 'mlflow.spanInputs',
  outputs: 'mlflow.spanOutputs',
  type: 'mlflow.spanType',
  usage: 'mlflow.chat.tokenUsage',
  cost: 'mlflow.llm.cost',
  model: 'mlflow.llm.model',
  provider: 'mlflow.llm.provider',
  tools: 'mlflow.chat.tools',
  session: 'session.id',
  conversation: 'gen_ai.conversation.id',
  user: 'user.id',
  tagPrefix: 'mlflow.traceTag.',
} as const

/** A string as JSON; U+0000 and lone surrogates, which PostgreSQL's JSON can't hold, become U+FFFD. */
export function jsonString(text: string): Json {
  return JSON.stringify(cleanText(text))
}

export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}

/** What the span carries, as it is stored. */
export function contentOf(span: Span): Json {
  const events = span.events.map(
    (event) =>
      `{"name":${jsonString(event.name)},"time":"${event.time}","attributes":${objectOf(event.attributes)}}`,
  )
  const links = span.links.map(
    (link) =>
      `{"trace_id":${jsonString(link.traceId)},"span_id":${jsonString(link.spanId)},` +
      `"attributes":${objectOf(link.attributes)}}`,
  )
  return (
    `{"attributes":${objectOf(span.attributes)},"message":${jsonString(span.message)},` +
    `"events":[${events.join(',')}],"links":[${links.join(',')}]}`
  )
}

function objectOf(values: ReadonlyMap<string, Json>): Json {
  return `{${[...values].map(([key, value]) => `${jsonString(key)}:${value}`).join(',')}}`
}

/** The value of an attribute; undefined when there is none or it is not JSON. */
export function parsed(json: Json | undefined): unknown {
  if (json === undefined) return undefined
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** The value, and once more what is inside when it is a string that holds JSON: as some exporters write it. */
export function innerValue(json: Json | undefined): unknown {
  const value = parsed(json)
  if (typeof value !== 'string' || !/^\s*[[{"\d-]/.test(value)) return value
  return parsed(value) ?? value
}

export function textOf(json: Json | undefined): string | undefined {
  const value = parsed(json)
  if (typeof value === 'string') return value === '' ? undefined : value
  return value === undefined || value === null ? undefined : json
}
