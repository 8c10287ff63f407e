import { type StoredSpan, spanKey } from '../../areas/traces/index.ts'

interface Content {
  readonly attributes: Readonly<Record<string, unknown>>
  readonly message: string
  readonly events: readonly { name: string; time: string; attributes: Record<string, unknown> }[]
  readonly links: readonly { trace_id: string; span_id: string; attributes: Record<string, unknown> }[]
}

/** A number as it is written: what JavaScript's own numbers would not give back. */
class Written {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

/** Reads JSON in which `1.0` must not become `1`, nor a large number a rounded one. */
function exactly(json: string): unknown {
  if (!/\d\.0|\d[eE]|\d{16}/.test(json)) return JSON.parse(json)
  const revive = (_key: string, value: unknown, context?: { source?: string }) => {
    const source = context?.source
    return typeof value === 'number' && source !== undefined && String(value) !== source
      ? new Written(source)
      : value
  }
  return JSON.parse(json, revive)
}

const statusCodes = { unset: 'STATUS_CODE_UNSET', ok: 'STATUS_CODE_OK', error: 'STATUS_CODE_ERROR' }

/** As protocol buffers in JSON: ids in base64, values with their type. */
export function spanView(span: StoredSpan) {
  const content = exactly(span.content) as Content
  return {
    trace_id: base64(span.traceId.replace(/^tr-/, '')),
    span_id: base64(span.id),
    parent_span_id: span.parentId === null ? undefined : base64(span.parentId),
    name: span.name,
    start_time_unix_nano: String(span.start),
    end_time_unix_nano: span.end === null ? undefined : String(span.end),
    attributes: attributesView({ ...content.attributes, [spanKey.request]: span.traceId }),
    events: content.events.map((event) => ({
      time_unix_nano: event.time,
      name: event.name,
      attributes: attributesView(event.attributes),
    })),
    links: content.links.map((link) => ({
      trace_id: base64(link.trace_id.replace(/^tr-/, '')),
      span_id: base64(link.span_id),
      attributes: attributesView(link.attributes),
    })),
    status: { code: statusCodes[span.status], message: content.message || undefined },
  }
}

function attributesView(attributes: Readonly<Record<string, unknown>>) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: unknown): Record<string, unknown> {
  if (typeof value === 'string') return { string_value: value }
  if (typeof value === 'boolean') return { bool_value: value }
  if (typeof value === 'number')
    return Number.isInteger(value) ? { int_value: String(value) } : { double_value: value }
  if (value instanceof Written) {
    return /^-?\d{1,19}$/.test(value.source)
      ? { int_value: value.source }
      : { double_value: Number(value.source) }
  }
  if (Array.isArray(value)) return { array_value: { values: value.map(anyValue) } }
  if (typeof value !== 'object' || value === null) return {}
  return { kvlist_value: { values: attributesView(value as Record<string, unknown>) } }
}

/** As MLflow's clients keep spans in a file: each attribute as its JSON. */
export function spanFile(span: StoredSpan) {
  const content = exactly(span.content) as Content
  const attributes = { ...content.attributes, [spanKey.request]: span.traceId }
  return {
    trace_id: base64(span.traceId.replace(/^tr-/, '')),
    span_id: base64(span.id),
    parent_span_id: span.parentId === null ? null : base64(span.parentId),
    name: span.name,
    start_time_unix_nano: rawNumber(String(span.start)),
    end_time_unix_nano: span.end === null ? null : rawNumber(String(span.end)),
    events: content.events.map((event) => ({
      name: event.name,
      time_unix_nano: rawNumber(event.time),
      attributes: mapValues(event.attributes, plain),
    })),
    status: { code: statusCodes[span.status], message: content.message },
    attributes: mapValues(attributes, pythonText),
    links: content.links.map((link) => ({ ...link, attributes: mapValues(link.attributes, plain) })),
  }
}

/** JSON as Python writes it, with a blank after each comma and colon. */
function pythonText(value: unknown): string {
  if (value instanceof Written) return value.source
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const parts = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${pythonText(one)}`)
  return `{${parts.join(', ')}}`
}

function plain(value: unknown): unknown {
  if (value instanceof Written) return rawNumber(value.source)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return mapValues(value as Record<string, unknown>, plain)
}

/** A number that `JSON.stringify` writes digit by digit. */
function rawNumber(source: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source)
}

function mapValues(object: Readonly<Record<string, unknown>>, map: (value: unknown) => unknown) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64')
}
