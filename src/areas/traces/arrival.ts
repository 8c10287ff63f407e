import { previewOf } from './preview.ts'
import type { Texts } from './span.ts'
import { cleanText, contentOf, innerValue, parsed, type Span, spanKey, textOf } from './span.ts'
import { checkTraceTag, spansHere, type TraceState, traceKey } from './trace.ts'
import {
  type Counted,
  type Counts,
  cacheKeys,
  costKeys,
  costOf,
  countsOf,
  tokenKeys,
  tokensOf,
} from './usage.ts'

/** What a batch of spans tells of one trace. */
export interface Arrival {
  readonly id: string
  readonly rootName: string | null
  readonly name: string | null
  readonly state: TraceState
  readonly start: number
  readonly duration: number | null
  readonly request: string | undefined
  readonly response: string | undefined
  readonly session: string | undefined
  readonly usage: Counts | undefined
  readonly cost: Counts | undefined
  /** How many spans were counted. */
  readonly counted: number
  /** A span of the batch has a parent outside it, or the batch lacks the root: others of the trace may be stored. */
  readonly partial: boolean
  readonly tags: Texts
  readonly metadata: Texts
}

/** A row of table `spans`, for `store.append`. */
export interface SpanRow {
  readonly trace_id: string
  readonly id: string
  readonly parent_id: string | null
  readonly name: string
  readonly type: string
  readonly status: string
  readonly start_ns: bigint
  readonly end_ns: bigint | null
  readonly model: string | null
  readonly provider: string | null
  readonly usage: Counts | null
  readonly cost: Counts | null
  readonly content: string
}

export function rowOf(span: Span): SpanRow {
  const { attributes } = span
  return {
    trace_id: span.traceId,
    id: span.id,
    parent_id: span.parentId,
    name: cleanText(span.name).slice(0, 1000),
    type: cleanText(textOf(attributes.get(spanKey.type)) ?? 'UNKNOWN').slice(0, 100),
    status: span.status,
    start_ns: span.start,
    end_ns: span.end,
    model: dimension(attributes.get(spanKey.model)),
    provider: dimension(attributes.get(spanKey.provider)),
    usage: countsOf(innerValue(attributes.get(spanKey.usage)), [...tokenKeys, ...cacheKeys], true) ?? null,
    cost: countsOf(innerValue(attributes.get(spanKey.cost)), costKeys, false) ?? null,
    content: contentOf(span),
  }
}

function dimension(json: string | undefined): string | null {
  const value = parsed(json)
  return typeof value === 'string' && value !== '' ? cleanText(value).slice(0, 500) : null
}

/** What the spans of one trace tell of it. `resource` describes what sent them. */
export function arrivalOf(spans: readonly Span[], rows: readonly SpanRow[], resource: Texts): Arrival {
  const root = spans.find((span) => span.parentId === null)
  const ids = new Set(spans.map((span) => span.id))
  const start = milliseconds(
    spans.reduce((least, span) => (span.start < least ? span.start : least), spans[0]?.start ?? 0n),
  )
  const ends = spans.flatMap((span) => (span.end === null ? [] : [span.end]))
  const end = ends.reduce((most, one) => (one > most ? one : most), 0n)
  const { name, tags } = root === undefined ? { name: null, tags: {} } : tagsIn(root)
  const user = firstText(spans, [spanKey.user])
  return {
    id: spans[0]?.traceId ?? '',
    rootName: root === undefined ? null : cleanText(root.name).slice(0, 1000),
    name,
    state: root === undefined ? 'in_progress' : root.status === 'error' ? 'error' : 'ok',
    start,
    duration: ends.length === 0 ? null : Math.max(0, milliseconds(end) - start),
    request: previewOf(root?.attributes.get(spanKey.inputs), 'user'),
    response: previewOf(root?.attributes.get(spanKey.outputs), 'assistant'),
    session: firstText(spans, [spanKey.session, spanKey.conversation])?.slice(0, 250),
    usage: tokensOf(counted(rows, 'usage')),
    cost: costOf(counted(rows, 'cost')),
    counted: spans.length,
    partial: root === undefined || spans.some((span) => span.parentId !== null && !ids.has(span.parentId)),
    tags: { ...resource, ...tags, [traceKey.spansLocation]: spansHere },
    metadata: user === undefined ? {} : { [traceKey.user]: user.slice(0, 250) },
  }
}

type CountedRow = Pick<SpanRow, 'id' | 'parent_id' | 'usage' | 'cost'>

export function counted(rows: readonly CountedRow[], what: 'usage' | 'cost'): Counted[] {
  return rows.map((row) => ({ id: row.id, parentId: row.parent_id, counts: row[what] ?? undefined }))
}

function firstText(spans: readonly Span[], keys: readonly string[]): string | undefined {
  for (const span of spans) {
    for (const key of keys) {
      const text = textOf(span.attributes.get(key))
      if (text !== undefined) return cleanText(text)
    }
  }
  return undefined
}

/** Tags that a client sent along on the root span, since OTLP has none of its own. */
function tagsIn(root: Span): { name: string | null; tags: Texts } {
  const tags: Record<string, string> = {}
  for (const [key, json] of root.attributes) {
    if (!key.startsWith(spanKey.tagPrefix) || key.length > 250) continue
    const [tag, value] = checkTraceTag(key.slice(spanKey.tagPrefix.length) || key, textOf(json) ?? '')
    tags[tag] = value
  }
  const { [traceKey.name]: name = null, ...rest } = tags
  return { name, tags: rest }
}

/** What describes the sender, as tags; not what its library says of itself, nor what is ours. */
export function resourceTags(attributes: ReadonlyMap<string, string>): Texts {
  const kept = [...attributes].filter(
    ([key]) => key !== '' && key.length <= 250 && !/^(?:telemetry\.sdk|mlflow)\./.test(key),
  )
  return Object.fromEntries(kept.map(([key, json]) => checkTraceTag(key, textOf(json) ?? '')))
}

function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n)
}
