import { SegmentedControl, Select, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Trace } from '../../../src/contract/traces.ts'
import { experimentsQuery } from '../../api/queries.ts'
import { traceActivityQuery, tracesQuery } from '../../api/trace-queries.ts'
import { Empty, Nothing } from '../../design/empty.tsx'
import { Icon } from '../../design/icons.tsx'
import { Loading } from '../../design/loading.tsx'
import { Page } from '../../design/page.tsx'
import { Pager } from '../../design/pager.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { compact, count, milliseconds } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { Activity } from './activity.tsx'
import { FailureNotice } from './failure-notice.tsx'
import { Said } from './said.tsx'
import { combined, type StateFilter } from './search.ts'
import { StateBadge } from './state-badge.tsx'
import classes from './traces.module.css'

const route = getRouteApi('/signed-in/projects/$project/traces')
const stateNames: readonly { value: StateFilter; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'ok', label: 'OK' },
  { value: 'error', label: 'Errors' },
  { value: 'in_progress', label: 'Going on' },
]

export function TracesPage() {
  const { project } = route.useParams()
  const search = route.useSearch()
  const navigate = useNavigate()
  const filter = combined(search.find, search.state)
  const traces = useQuery({
    ...tracesQuery(project, {
      experiment: search.experiment,
      filter,
      order: search.order,
      cursor: search.cursor,
    }),
    placeholderData: keepPreviousData,
  })
  const change = (next: Record<string, string | undefined>) =>
    void navigate({
      to: paths.traces(project),
      search: { ...search, cursor: undefined, ...next } as never,
      replace: true,
    })
  return (
    <Page
      title="Traces"
      lede="What applications did, call by call: how long it took, what it cost, and what people and judges say of it."
      wide
    >
      <Activity query={traceActivityQuery(project, { experiment: search.experiment, filter })} />
      <Tools key={search.find} project={project} search={search} change={change} />
      {traces.error ? (
        <FailureNotice error={traces.error} />
      ) : traces.data === undefined ? (
        <Loading />
      ) : traces.data.traces.length > 0 ? (
        <>
          <Panel flush>
            <Table
              label="Traces"
              linked
              rows={traces.data.traces}
              rowKey={(trace) => trace.id}
              columns={columnsOf(project)}
            />
          </Panel>
          <Pager to={paths.traces(project)} search={{ ...search }} next={traces.data.next} />
        </>
      ) : filter === undefined && search.experiment === undefined ? (
        <Empty icon="traces" title="No trace yet" command={`export MLFLOW_TRACKING_URI=${location.origin}`}>
          Decorate a function with `@mlflow.trace`, turn on autologging of an LLM library, or point any
          OpenTelemetry exporter at this platform's /v1/traces.
        </Empty>
      ) : (
        <Panel>
          <Nothing>No trace is like that.</Nothing>
        </Panel>
      )}
    </Page>
  )
}

interface Search {
  readonly experiment?: string | undefined
  readonly find?: string | undefined
  readonly state?: StateFilter | undefined
  readonly order?: string | undefined
}

function Tools(props: {
  project: string
  search: Search
  change: (next: Record<string, string | undefined>) => void
}) {
  const { search, change } = props
  const [find, setFind] = useState(search.find ?? '')
  const { data } = useSuspenseQuery(experimentsQuery(props.project))
  return (
    <form
      className={classes.tools}
      onSubmit={(event) => {
        event.preventDefault()
        change({ find: find.trim() === '' ? undefined : find.trim() })
      }}
    >
      <TextInput
        className={classes.find}
        aria-label="Find traces"
        placeholder="Words, or a filter: span.type = 'LLM' AND feedback.correct = 'true'"
        leftSection={<Icon name="search" size={14} />}
        value={find}
        onChange={(event) => setFind(event.currentTarget.value)}
      />
      <Select
        aria-label="Experiment"
        placeholder="All experiments"
        clearable
        searchable
        data={data.experiments.map((one) => ({ value: one.id, label: one.name }))}
        value={search.experiment ?? null}
        onChange={(experiment) => change({ experiment: experiment ?? undefined })}
      />
      <SegmentedControl
        aria-label="State"
        size="xs"
        data={[...stateNames]}
        value={search.state ?? 'all'}
        onChange={(state) => change({ state: state === 'all' ? undefined : state })}
      />
      <Select
        aria-label="Order"
        className={classes.order}
        data={[
          { value: 'timestamp desc', label: 'Latest first' },
          { value: 'execution_time desc', label: 'Slowest first' },
          { value: 'execution_time asc', label: 'Fastest first' },
          { value: 'timestamp asc', label: 'Oldest first' },
        ]}
        value={search.order ?? 'timestamp desc'}
        onChange={(order) => change({ order: order === 'timestamp desc' ? undefined : (order ?? undefined) })}
      />
    </form>
  )
}

function columnsOf(project: string): Column<Trace>[] {
  return [
    {
      label: 'Name',
      cell: (trace) => <RowLink to={paths.trace(project, trace.id)}>{shortened(trace.name, 42)}</RowLink>,
    },
    { label: 'State', cell: (trace) => <StateBadge state={trace.state} /> },
    {
      label: 'Request',
      wide: true,
      cell: (trace) => (
        <span className={classes.preview} title={trace.request ?? undefined}>
          {trace.request ?? '–'}
        </span>
      ),
    },
    { label: 'Said of it', wide: true, cell: (trace) => <Said assessments={trace.assessments} /> },
    {
      label: 'Tokens',
      align: 'right',
      wide: true,
      cell: (trace) => (trace.tokens === null ? '–' : compact(trace.tokens.total)),
    },
    { label: 'Spans', align: 'right', wide: true, cell: (trace) => count(trace.spans) },
    {
      label: 'Latency',
      align: 'right',
      cell: (trace) => (
        <span className={classes.number}>{trace.duration === null ? '–' : milliseconds(trace.duration)}</span>
      ),
    },
    { label: 'Began', align: 'right', cell: (trace) => <Ago at={trace.started_at} /> },
  ]
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
