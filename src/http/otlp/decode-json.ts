import { type Batch, type Json, jsonString, type Span, type SpanLink } from '../../areas/traces/index.ts'
import { SlipwayError } from '../../base/error.ts'
import { doubleJson, type Export, keep, type RawSpan } from './decode.ts'

type Value = Record<string, unknown>
const deepest = 64

/**
 * Reads the JSON form of an ExportTraceServiceRequest (OTLP specification, JSON Protobuf encoding: ids in hex, 64-bit
 * numbers as text or numbers). Fails with `invalid_argument`.
 */
export function decodeJson(text: string): Export {
  const rejected: string[] = []
  const batches = listOf(parse(text), 'resourceSpans').map((one): Batch => {
    const spans: Span[] = []
    for (const scope of listOf(one, 'scopeSpans')) {
      for (const span of listOf(scope, 'spans')) keep(rawOf(span), spans, rejected)
    }
    return { resource: attributesOf(objectOf(one.resource)), spans }
  })
  return { batches, rejected }
}

function parse(text: string): Value {
  try {
    return objectOf(JSON.parse(text))
  } catch (error) {
    throw new SlipwayError('invalid_argument', 'Invalid OpenTelemetry format', { cause: error })
  }
}

function rawOf(span: Value): RawSpan {
  const status = objectOf(span.status)
  return {
    ids: { trace: idOf(span.traceId), span: idOf(span.spanId), parent: idOf(span.parentSpanId) },
    name: textOf(span.name),
    start: bigOf(span.startTimeUnixNano),
    end: bigOf(span.endTimeUnixNano),
    code: codeOf(status.code),
    message: textOf(status.message),
    attributes: attributesOf(span),
    events: listOf(span, 'events').map((event) => ({
      name: textOf(event.name),
      time: bigOf(event.timeUnixNano),
      attributes: attributesOf(event),
    })),
    links: listOf(span, 'links').map(
      (link): SpanLink => ({
        traceId: `tr-${idOf(link.traceId)}`,
        spanId: idOf(link.spanId),
        attributes: attributesOf(link),
      }),
    ),
  }
}

function attributesOf(holder: Value): Map<string, Json> {
  return new Map(
    listOf(holder, 'attributes').map((one) => [textOf(one.key), anyValue(objectOf(one.value), 0)]),
  )
}

function anyValue(value: Value, depth: number): Json {
  if (depth > deepest) {
    throw new SlipwayError('invalid_argument', `Values nested more than ${deepest} levels deep are refused`)
  }
  if (value.stringValue !== undefined) return jsonString(textOf(value.stringValue))
  if (value.boolValue !== undefined) return value.boolValue === true ? 'true' : 'false'
  if (value.intValue !== undefined) return String(bigOf(value.intValue))
  if (value.doubleValue !== undefined) return doubleJson(Number(value.doubleValue))
  if (value.bytesValue !== undefined) return jsonString(textOf(value.bytesValue))
  if (value.arrayValue !== undefined) {
    const values = listOf(objectOf(value.arrayValue), 'values').map((one) => anyValue(one, depth + 1))
    return `[${values.join(',')}]`
  }
  if (value.kvlistValue !== undefined) {
    const values = listOf(objectOf(value.kvlistValue), 'values').map(
      (one) => `${jsonString(textOf(one.key))}:${anyValue(objectOf(one.value), depth + 1)}`,
    )
    return `{${values.join(',')}}`
  }
  return 'null'
}

function objectOf(value: unknown): Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Value) : {}
}

function listOf(holder: Value, key: string): Value[] {
  const list = Object.hasOwn(holder, key) ? holder[key] : undefined
  return Array.isArray(list) ? list.map(objectOf) : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function idOf(value: unknown): string {
  return textOf(value).toLowerCase()
}

function bigOf(value: unknown): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : 0n
}

const codes: readonly unknown[] = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR']

function codeOf(value: unknown): number {
  return typeof value === 'number' ? value : Math.max(0, codes.indexOf(value))
}
