import { useQuery } from '@tanstack/react-query'
import type { SpanDetail } from '../../../src/contract/traces.ts'
import { spanQuery } from '../../api/trace-queries.ts'
import { Facts } from '../../design/facts.tsx'
import { Loading } from '../../design/loading.tsx'
import { Notice } from '../../design/notice.tsx'
import { Panel } from '../../design/panel.tsx'
import { Tag } from '../../design/status.tsx'
import { count, milliseconds } from '../../format/number.ts'
import { colourOf } from './colour.ts'
import { FailureNotice } from './failure-notice.tsx'
import classes from './traces.module.css'
import { Value } from './value.tsx'

/** What one span carries. */
export function SpanPanel(props: { project: string; trace: string; span: string }) {
  const { data: span, error } = useQuery(spanQuery(props.project, props.trace, props.span))
  return (
    <Panel title={span?.name ?? 'Span'} span={5} note={span === undefined ? null : <Kind span={span} />}>
      {error ? <FailureNotice error={error} /> : span === undefined ? <Loading /> : <Carried span={span} />}
    </Panel>
  )
}

function Kind({ span }: { span: SpanDetail }) {
  return (
    <span className={classes.kind}>
      <i className={classes.mark} style={{ background: colourOf(span) }} />
      {span.type.toLowerCase().replaceAll('_', ' ')}
      {span.duration === null ? null : ` · ${milliseconds(span.duration)}`}
    </span>
  )
}

function Carried({ span }: { span: SpanDetail }) {
  const attributes = Object.entries(span.attributes).filter(([key]) => !hidden.has(key))
  return (
    <div className={classes.carried}>
      {span.message ? <Notice tone="bad">{span.message}</Notice> : null}
      {span.inputs === null ? null : <Value title="Inputs" value={span.inputs} />}
      {span.outputs === null ? null : <Value title="Outputs" value={span.outputs} />}
      {span.model === null && span.tokens === null ? null : (
        <Facts
          facts={[
            ['Model', span.model],
            ['Tokens', span.tokens === null ? null : count(span.tokens)],
          ]}
        />
      )}
      {span.events.map((event) => (
        <Event key={`${event.name} ${event.at}`} event={event} />
      ))}
      {attributes.length === 0 ? null : <Value title="Attributes" value={Object.fromEntries(attributes)} />}
      {span.links.length === 0 ? null : (
        <div className={classes.said}>
          {span.links.map((link) => (
            <Tag key={link.span_id}>{`link ${link.trace_id.slice(0, 15)}…`}</Tag>
          ))}
        </div>
      )}
    </div>
  )
}

/** Shown elsewhere on the page. */
const hidden = new Set(['mlflow.traceRequestId', 'mlflow.spanType', 'mlflow.experimentId'])

function Event({ event }: { event: SpanDetail['events'][number] }) {
  const stack = event.attributes['exception.stacktrace']
  const message = event.attributes['exception.message']
  const title = `${event.name} at ${milliseconds(Math.max(0, event.at))}`
  if (typeof stack === 'string' && stack !== '') return <Value title={title} value={stack} />
  return <Value title={title} value={message ?? event.attributes} />
}
