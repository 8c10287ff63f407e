import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Assessment, Trace } from '../../../src/contract/traces.ts'
import { evaluationQuery, evaluationRecordsQuery } from '../../api/trace-queries.ts'
import { Nothing } from '../../design/empty.tsx'
import { Stats } from '../../design/facts.tsx'
import { TextLink } from '../../design/go.tsx'
import { Page } from '../../design/page.tsx'
import { Pager } from '../../design/pager.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { count, milliseconds, plural } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { shownValue, Verdict } from '../traces/said.tsx'
import classes from '../traces/traces.module.css'
import { Score } from './score.tsx'

const route = getRouteApi('/signed-in/projects/$project/evaluations/$run')

export function EvaluationPage() {
  const { project, run } = route.useParams()
  const { cursor } = route.useSearch()
  const { data: evaluation } = useSuspenseQuery(evaluationQuery(project, run))
  const { data } = useSuspenseQuery(evaluationRecordsQuery(project, run, cursor))
  const names = evaluation.scorers.map((scorer) => scorer.name)
  return (
    <Page
      title={evaluation.name}
      crumbs={[{ label: 'Evaluations', to: paths.evaluations(project) }]}
      lede={
        <>
          {plural(evaluation.records, 'record')}
          {evaluation.dataset === null ? '' : ` of ${evaluation.dataset}`}, scored{' '}
          <Ago at={evaluation.started_at} />. <TextLink to={paths.run(project, run)}>The run</TextLink>
        </>
      }
      wide
    >
      <Stats
        stats={evaluation.scorers.map((scorer) => ({
          label: scorer.name,
          value: <Score scorer={scorer} />,
          note:
            scorer.failed > 0
              ? `${count(scorer.failed)} could not be scored`
              : `${count(scorer.scored)} scored`,
          tone: scorer.failed > 0 ? 'warn' : undefined,
        }))}
      />
      <Panel title="Records" note="what went in, what came out, and each scorer's verdict" flush>
        {data.traces.length === 0 ? (
          <Nothing>The traces of this evaluation were deleted.</Nothing>
        ) : (
          <Table
            label="Records"
            linked
            rows={data.traces}
            rowKey={(trace) => trace.id}
            columns={columnsOf(project, names)}
          />
        )}
      </Panel>
      <Pager to={paths.evaluation(project, run)} search={{ cursor }} next={data.next} />
    </Page>
  )
}

function columnsOf(project: string, scorers: readonly string[]): Column<Trace>[] {
  return [
    {
      label: 'Request',
      cell: (trace) => (
        <RowLink to={paths.trace(project, trace.id)} long>
          {cut(trace.request ?? trace.name, 90)}
        </RowLink>
      ),
    },
    {
      label: 'Response',
      wide: true,
      cell: (trace) => <span className={classes.json}>{cut(trace.response ?? '–', 160)}</span>,
    },
    {
      label: 'Expected',
      wide: true,
      cell: (trace) => <Expected assessments={trace.assessments} />,
    },
    ...scorers.map(
      (name): Column<Trace> => ({
        label: name,
        cell: (trace) => {
          const said = trace.assessments.findLast(
            (one) => one.kind === 'feedback' && one.name === name && one.valid,
          )
          return said === undefined ? '–' : <Verdict assessment={said} nameless />
        },
      }),
    ),
    {
      label: 'Latency',
      align: 'right',
      wide: true,
      cell: (trace) => (
        <span className={classes.number}>{trace.duration === null ? '–' : milliseconds(trace.duration)}</span>
      ),
    },
  ]
}

function Expected({ assessments }: { assessments: readonly Assessment[] }) {
  const expected = assessments.filter((one) => one.kind === 'expectation' && one.valid)
  if (expected.length === 0) return <>–</>
  return (
    <span className={classes.json}>
      {expected.map((one) => `${one.name}: ${shownValue(one)}`).join('\n')}
    </span>
  )
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
