import type { Assessment, SpanRow, TraceDetail } from '../../contract/traces.ts'
import { command } from '../command.ts'
import { ago, duration, number } from '../format.ts'
import { facts, table } from '../table.ts'
import { paint, state, type Terminal } from '../terminal.ts'

const trace = { name: 'trace', summary: 'id of the trace' } as const

export const traceCommands = [
  command({
    name: 'traces list',
    summary: 'Searches traces, the latest first',
    options: {
      experiment: { summary: 'Only of this experiment (id)', value: 'ID' },
      filter: { summary: "For example \"status = 'ERROR' and span.type = 'LLM'\"", value: 'FILTER' },
      order: { summary: 'For example "execution_time desc"', value: 'ORDER' },
      limit: { summary: 'How many', value: 'N', integer: true },
    },
    examples: ['slipway traces list --filter "execution_time > 5000"'],
    async run({ place: { client, project }, options: { experiment, filter, order, limit } }) {
      const { traces } = await client.traces.list({
        params: { project },
        query: {
          limit: limit ?? 20,
          ...(experiment === undefined ? {} : { experiment }),
          ...(filter === undefined ? {} : { filter }),
          ...(order === undefined ? {} : { order }),
        },
      })
      return {
        data: traces,
        show: (terminal) =>
          table(
            terminal,
            traces,
            [
              { title: 'TRACE', value: ({ id }) => id },
              { title: 'NAME', value: ({ name }) => name, flexible: true },
              { title: 'STATE', value: (each) => state(terminal, each.state) },
              {
                title: 'TOOK',
                value: (each) => (each.duration === null ? undefined : duration(each.duration)),
              },
              { title: 'TOKENS', value: ({ tokens }) => number(tokens?.total) },
              { title: 'BEGAN', value: ({ started_at }) => ago(started_at) },
              { title: 'REQUEST', value: ({ request }) => request?.replace(/\s+/g, ' '), flexible: true },
            ],
            'No traces yet. MLflow clients and OpenTelemetry exporters send them to this address.',
          ),
      }
    },
  }),
  command({
    name: 'traces show',
    summary: 'Shows a trace with its spans as a tree',
    arguments: [trace],
    options: { limit: { summary: 'How many spans', value: 'N', integer: true } },
    async run({ place: { client, project }, arguments: { trace }, options: { limit } }) {
      const params = { project, trace }
      const detail = await client.traces.get({ params })
      const { spans } = await client.traces.spans({ params, query: { limit: limit ?? 200 } })
      return {
        data: { ...detail, spans },
        show: (terminal) =>
          [
            about(terminal, detail),
            `\n${paint(terminal, 'bold', 'Spans')}\n${tree(terminal, spans)}`,
            spans.length < detail.spans ? `… ${detail.spans - spans.length} more; see --limit\n` : '',
            said(terminal, detail.assessments),
          ].join(''),
      }
    },
  }),
]

function about(terminal: Terminal, detail: TraceDetail): string {
  return facts(terminal, [
    ['trace', detail.id],
    ['name', detail.name],
    ['experiment', detail.experiment],
    ['state', state(terminal, detail.state)],
    ['began', ago(detail.started_at)],
    ['took', detail.duration === null ? undefined : duration(detail.duration)],
    [
      'tokens',
      detail.tokens === null
        ? undefined
        : `${number(detail.tokens.total)} (${number(detail.tokens.input)} in, ${number(detail.tokens.output)} out)`,
    ],
    ['session', detail.session ?? undefined],
    ['request', detail.request ?? undefined],
    ['response', detail.response ?? undefined],
  ])
}

/** Each span below its parent; one whose parent is not among them stands at the left. */
function tree(terminal: Terminal, spans: readonly SpanRow[]): string {
  const byId = new Map(spans.map((span) => [span.id, span]))
  const depth = (span: SpanRow): number => {
    let levels = 0
    let parent = span.parent_id === null ? undefined : byId.get(span.parent_id)
    while (parent !== undefined && levels < 20) {
      levels += 1
      parent = parent.parent_id === null ? undefined : byId.get(parent.parent_id)
    }
    return levels
  }
  return table(terminal, spans, [
    { title: 'SPAN', value: (span) => `${'  '.repeat(depth(span))}${span.name}`, flexible: true },
    { title: 'TYPE', value: ({ type }) => type.toLowerCase() },
    { title: 'STATUS', value: ({ status }) => state(terminal, status) },
    { title: 'AT', value: ({ start }) => `+${duration(start)}` },
    { title: 'TOOK', value: (span) => (span.duration === null ? undefined : duration(span.duration)) },
  ])
}

function said(terminal: Terminal, assessments: readonly Assessment[]): string {
  if (assessments.length === 0) return ''
  const rows = table(terminal, assessments, [
    { title: 'NAME', value: ({ name }) => name },
    { title: 'VALUE', value: ({ error, value }) => (error === null ? JSON.stringify(value) : error.code) },
    { title: 'BY', value: ({ by, source }) => `${by} (${source.toLowerCase()})` },
    { title: 'WHY', value: ({ rationale }) => rationale ?? undefined, flexible: true },
  ])
  return `\n${paint(terminal, 'bold', 'Said of it')}\n${rows}`
}
