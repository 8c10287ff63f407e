import protobuf from 'protobufjs/minimal.js'
import {
  type Batch,
  cleanText,
  type Json,
  jsonString,
  type Span,
  type SpanLink,
} from '../../areas/traces/index.ts'
import { SlipwayError } from '../../base/error.ts'

type Reader = protobuf.Reader
/** Values within values; deeper ones are refused. */
const deepest = 64

/**
 * Reads an ExportTraceServiceRequest (opentelemetry/proto/collector/trace/v1/trace_service.proto) straight into spans,
 * without an object for each message. Unknown fields are skipped. Fails with `invalid_argument`.
 */
export function decodeProtobuf(bytes: Uint8Array): Export {
  const rejected: string[] = []
  const batches: Batch[] = []
  try {
    fields(protobuf.Reader.create(bytes), bytes.length, (field, reader) => {
      if (field !== 1) return false
      batches.push(resourceSpans(reader, rejected))
      return true
    })
    return { batches, rejected }
  } catch (error) {
    if (error instanceof SlipwayError) throw error
    throw new SlipwayError('invalid_argument', 'Invalid OpenTelemetry format', { cause: error })
  }
}

/** What one request brings. */
export interface Export {
  readonly batches: readonly Batch[]
  /** Why spans were refused, one reason a span. */
  readonly rejected: readonly string[]
}

/** Calls back for each field of a message that ends at `end`; what it does not take is skipped. */
function fields(reader: Reader, end: number, take: (field: number, reader: Reader) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (!take(tag >>> 3, reader)) reader.skipType(tag & 7)
  }
  if (reader.pos > end) throw new RangeError('a message is longer than it says')
}

function message(reader: Reader, take: (field: number, reader: Reader) => boolean): void {
  const length = reader.uint32()
  fields(reader, reader.pos + length, take)
}

function resourceSpans(reader: Reader, rejected: string[]): Batch {
  const resource = new Map<string, Json>()
  const spans: Span[] = []
  message(reader, (field) => {
    if (field === 1) message(reader, (inner) => inner === 1 && keyValue(reader, resource, 0))
    else if (field === 2) {
      message(reader, (inner) => {
        if (inner !== 2) return false
        keep(span(reader), spans, rejected)
        return true
      })
    } else return false
    return true
  })
  return { resource, spans }
}

function span(reader: Reader): RawSpan {
  const ids = { trace: '', span: '', parent: '' }
  const attributes = new Map<string, Json>()
  const events: Span['events'][number][] = []
  const links: SpanLink[] = []
  const read = { name: '', start: 0n, end: 0n, message: '', code: 0 }
  message(reader, (field) => {
    if (field === 1) ids.trace = hex(reader)
    else if (field === 2) ids.span = hex(reader)
    else if (field === 4) ids.parent = hex(reader)
    else if (field === 5) read.name = reader.string()
    else if (field === 7) read.start = fixed64(reader)
    else if (field === 8) read.end = fixed64(reader)
    else if (field === 9) keyValue(reader, attributes, 0)
    else if (field === 11) events.push(event(reader))
    else if (field === 13) links.push(link(reader))
    else if (field === 15) {
      message(reader, (inner) => {
        if (inner === 2) read.message = reader.string()
        else if (inner === 3) read.code = reader.int32()
        else return false
        return true
      })
    } else return false
    return true
  })
  return { ...read, ids, attributes, events, links }
}

function event(reader: Reader): Span['events'][number] {
  const attributes = new Map<string, Json>()
  const read = { name: '', time: 0n }
  message(reader, (field) => {
    if (field === 1) read.time = fixed64(reader)
    else if (field === 2) read.name = reader.string()
    else if (field === 3) keyValue(reader, attributes, 0)
    else return false
    return true
  })
  return { ...read, attributes }
}

function link(reader: Reader): SpanLink {
  const attributes = new Map<string, Json>()
  const ids = { trace: '', span: '' }
  message(reader, (field) => {
    if (field === 1) ids.trace = hex(reader)
    else if (field === 2) ids.span = hex(reader)
    else if (field === 4) keyValue(reader, attributes, 0)
    else return false
    return true
  })
  return { traceId: `tr-${ids.trace}`, spanId: ids.span, attributes }
}

function keyValue(reader: Reader, into: Map<string, Json>, depth: number): true {
  let key = ''
  let value: Json = 'null'
  message(reader, (field) => {
    if (field === 1) key = reader.string()
    else if (field === 2) value = anyValue(reader, depth)
    else return false
    return true
  })
  into.set(cleanText(key), value)
  return true
}

function anyValue(reader: Reader, depth: number): Json {
  if (depth > deepest) {
    throw new SlipwayError('invalid_argument', `Values nested more than ${deepest} levels deep are refused`)
  }
  let json: Json = 'null'
  message(reader, (field) => {
    if (field === 1) json = jsonString(reader.string())
    else if (field === 2) json = reader.bool() ? 'true' : 'false'
    else if (field === 3) json = String(reader.int64())
    else if (field === 4) json = doubleJson(reader.double())
    else if (field === 5) json = arrayValue(reader, depth)
    else if (field === 6) json = listValue(reader, depth)
    else if (field === 7) json = jsonString(Buffer.from(reader.bytes()).toString('base64'))
    else return false
    return true
  })
  return json
}

function arrayValue(reader: Reader, depth: number): Json {
  const values: Json[] = []
  message(reader, (field) => {
    if (field !== 1) return false
    values.push(anyValue(reader, depth + 1))
    return true
  })
  return `[${values.join(',')}]`
}

function listValue(reader: Reader, depth: number): Json {
  const values = new Map<string, Json>()
  message(reader, (field) => field === 1 && keyValue(reader, values, depth + 1))
  return `{${[...values].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`
}

/** JSON that shows a whole double as one: `1.0`. It has no NaN and no infinities. */
export function doubleJson(value: number): Json {
  if (!Number.isFinite(value)) return `"${value}"`
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value)
}

function hex(reader: Reader): string {
  return Buffer.from(reader.bytes()).toString('hex')
}

function fixed64(reader: Reader): bigint {
  const low = BigInt(reader.fixed32())
  return (BigInt(reader.fixed32()) << 32n) | low
}

export interface RawSpan {
  readonly ids: { readonly trace: string; readonly span: string; readonly parent: string }
  readonly name: string
  readonly start: bigint
  readonly end: bigint
  readonly code: number
  readonly message: string
  readonly attributes: ReadonlyMap<string, Json>
  readonly events: Span['events']
  readonly links: readonly SpanLink[]
}

const latest = 2n ** 63n - 1n

/** Keeps a span whose ids and times are such that it can be kept. */
export function keep(raw: RawSpan, spans: Span[], rejected: string[]): void {
  const { trace, span, parent } = raw.ids
  const reason = reasonAgainst(raw)
  if (reason !== undefined) {
    rejected.push(reason)
    return
  }
  spans.push({
    traceId: `tr-${trace}`,
    id: span,
    parentId: /^0*$/.test(parent) ? null : parent,
    name: raw.name,
    status: raw.code === 1 ? 'ok' : raw.code === 2 ? 'error' : 'unset',
    message: raw.message,
    start: raw.start,
    end: raw.end === 0n ? null : raw.end,
    attributes: raw.attributes,
    events: raw.events,
    links: raw.links,
  })
}

function reasonAgainst({ ids, start, end }: RawSpan): string | undefined {
  if (!/^[0-9a-f]{32}$/.test(ids.trace)) return 'its trace id is not 16 bytes'
  if (!/^[0-9a-f]{16}$/.test(ids.span)) return 'its id is not 8 bytes'
  if (ids.parent !== '' && !/^[0-9a-f]{16}$/.test(ids.parent)) return "its parent's id is not 8 bytes"
  return start > latest || end > latest ? 'its times are beyond the year 2262' : undefined
}
