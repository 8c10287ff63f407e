import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { TraceDetail } from '../../../src/contract/traces.ts'
import { spansQuery, traceQuery } from '../../api/trace-queries.ts'
import { Nothing } from '../../design/empty.tsx'
import { Facts, Stats } from '../../design/facts.tsx'
import { TextLink } from '../../design/go.tsx'
import { Loading } from '../../design/loading.tsx'
import { Page } from '../../design/page.tsx'
import { Columns, Panel } from '../../design/panel.tsx'
import { Tag } from '../../design/status.tsx'
import { At } from '../../design/time.tsx'
import { count, milliseconds } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { Assessments } from './assessments.tsx'
import { SpanPanel } from './span-panel.tsx'
import { StateBadge } from './state-badge.tsx'
import classes from './traces.module.css'
import { treeOf } from './tree.ts'
import { Waterfall } from './waterfall.tsx'

const route = getRouteApi('/signed-in/projects/$project/traces/$trace')

export function TracePage() {
  const { project, trace: id } = route.useParams()
  const { data: trace } = useSuspenseQuery(traceQuery(project, id))
  return (
    <Page
      title={trace.name}
      crumbs={[{ label: 'Traces', to: paths.traces(project) }]}
      status={<StateBadge state={trace.state} />}
      lede={<span className={classes.mono}>{trace.id}</span>}
      wide
    >
      <Stats
        stats={[
          {
            label: 'Latency',
            value: trace.duration === null ? '–' : milliseconds(trace.duration),
            note: <At at={trace.started_at} />,
          },
          { label: 'Spans', value: count(trace.spans) },
          {
            label: 'Tokens',
            value: trace.tokens === null ? '–' : count(trace.tokens.total),
            note:
              trace.tokens === null
                ? undefined
                : `${count(trace.tokens.input)} in, ${count(trace.tokens.output)} out`,
          },
          { label: 'Cost', value: trace.cost === null ? '–' : dollars(trace.cost) },
        ]}
      />
      <Spans project={project} trace={trace} />
      <Columns>
        <Panel title="Said of it" span={7} note="feedback, and what would have been right">
          <Assessments project={project} trace={trace} />
        </Panel>
        <Panel title="About" span={5}>
          <About project={project} trace={trace} />
        </Panel>
      </Columns>
    </Page>
  )
}

function Spans({ project, trace }: { project: string; trace: TraceDetail }) {
  const { span: chosen } = route.useSearch()
  const navigate = useNavigate()
  const spans = useQuery(spansQuery(project, trace.id, trace.spans))
  const tree = useMemo(() => treeOf(spans.data ?? []), [spans.data])
  if (spans.data === undefined) return <Loading />
  if (spans.data.length === 0) {
    return (
      <Panel>
        <Nothing>No span of this trace has arrived.</Nothing>
      </Panel>
    )
  }
  const selected = spans.data.find((span) => span.id === chosen)?.id ?? tree.roots[0]?.id ?? ''
  const select = (span: string) =>
    void navigate({ to: paths.trace(project, trace.id), search: { span } as never, replace: true })
  return (
    <Columns>
      <Panel
        title="Spans"
        span={7}
        note={`${count(spans.data.length)} in ${milliseconds(tree.to - tree.from)}`}
        flush
      >
        <Waterfall tree={tree} selected={selected} onSelect={select} />
      </Panel>
      <SpanPanel key={selected} project={project} trace={trace.id} span={selected} />
    </Columns>
  )
}

function About({ project, trace }: { project: string; trace: TraceDetail }) {
  const { runs, prompts } = trace
  const tags = Object.entries(trace.tags)
  const shownTags = tags.length === 0 ? null : <Tags tags={tags} />
  return (
    <Facts
      facts={[
        ['Experiment', trace.experiment],
        ['Session', trace.session],
        ['User', trace.user],
        ['Client request', trace.client_request_id],
        [
          'Runs',
          runs.length === 0
            ? null
            : runs.map((run) => (
                <div key={run}>
                  <TextLink to={paths.run(project, run)}>{run.slice(0, 12)}</TextLink>
                </div>
              )),
        ],
        [
          'Prompts',
          prompts.length === 0
            ? null
            : prompts.map((prompt) => `${prompt.name} v${prompt.version}`).join(', '),
        ],
        ['Source', trace.metadata['mlflow.source.name'] ?? null],
        ['Tags', shownTags],
      ]}
    />
  )
}

function Tags({ tags }: { tags: readonly (readonly [string, string])[] }) {
  return (
    <span className={classes.said}>
      {tags.map(([key, value]) => (
        <Tag key={key}>{`${key}: ${value}`}</Tag>
      ))}
    </span>
  )
}

function dollars(value: number): string {
  return value !== 0 && value < 0.01 ? `$${value.toPrecision(2)}` : `$${value.toFixed(2)}`
}
