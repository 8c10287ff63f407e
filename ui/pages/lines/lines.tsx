import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { LineSummary } from '../../../src/contract/lines.ts'
import { linesQuery } from '../../api/queries.ts'
import { Empty } from '../../design/empty.tsx'
import { Go } from '../../design/go.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Badge } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { capitalized, sentence, toneOf, words } from '../../design/tones.ts'
import { count, namedMetric, percent, plural } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import classes from './lines.module.css'

const route = getRouteApi('/signed-in/projects/$project/lines')

/** All lines of a project: how each is, in the order of who needs attention. */
export function LinesPage() {
  const { project } = route.useParams()
  const { data } = useSuspenseQuery(linesQuery(project))
  const lines = [...data.lines].sort((a, b) => urgency(a) - urgency(b) || a.name.localeCompare(b.name))
  return (
    <Page title="Lines" lede={summaryOf(lines)}>
      {lines.length === 0 ? (
        <Empty icon="lines" title="No line yet" command="slipway apply">
          A line is one model in production with everything that keeps it good: data, training, gates,
          rollout, monitoring, retraining. Describe it in slipway.yaml, then type, beside that file:
        </Empty>
      ) : lines.length > mostCards ? (
        <LineTable project={project} lines={lines} />
      ) : (
        <div className={classes.cards}>
          {lines.map((line) => (
            <LineCard key={line.id} project={project} line={line} />
          ))}
        </div>
      )}
    </Page>
  )
}

/** More lines than this are a table. */
const mostCards = 9

function urgency(line: LineSummary): number {
  return ['failing', 'degraded', 'starting', 'healthy', 'paused'].indexOf(line.health)
}

function summaryOf(lines: readonly LineSummary[]): string | undefined {
  if (lines.length === 0) return undefined
  const bad = lines.filter((line) => line.health === 'failing' || line.health === 'degraded').length
  const all = plural(lines.length, 'line')
  return bad === 0
    ? `${all}; none needs attention.`
    : `${all}; ${bad} ${bad === 1 ? 'needs' : 'need'} attention.`
}

function LineCard({ project, line }: { project: string; line: LineSummary }) {
  return (
    <article className={classes.lineCard} aria-label={line.name}>
      <h2>
        <Go to={paths.line(project, line.name)} className={classes.cover}>
          {line.name}
        </Go>
        <Badge tone={toneOf(line.health)}>{words(line.health)}</Badge>
      </h2>
      <p className={classes.why}>{line.health_reason}</p>
      <dl className={classes.numbers}>
        <Figure name="Model">{line.model ? `v${line.model.version}` : '–'}</Figure>
        <Figure
          name={line.performance ? sentence(line.performance.metric) : 'Accuracy'}
          tone={line.performance && belowMin(line.performance) ? 'bad' : undefined}
        >
          {line.performance ? namedMetric(line.performance.metric, line.performance.value) : '–'}
        </Figure>
        <Figure name="Drift" tone={line.drift?.drifted ? 'warn' : undefined}>
          {line.drift ? percent(line.drift.share, 0) : '–'}
        </Figure>
        <Figure name="Requests/min">{count(line.requests_last_minute)}</Figure>
      </dl>
      <p className={classes.last}>
        <span>{capitalized(line.last_decision?.sentence ?? 'Nothing has happened yet.')}</span>
        {line.last_decision ? <Ago at={line.last_decision.at} /> : null}
      </p>
    </article>
  )
}

function LineTable({ project, lines }: { project: string; lines: readonly LineSummary[] }) {
  return (
    <Panel flush>
      <Table
        label="Lines"
        linked
        rows={lines}
        rowKey={(line) => line.id}
        columns={[
          {
            label: 'Line',
            cell: (line) => <RowLink to={paths.line(project, line.name)}>{line.name}</RowLink>,
          },
          {
            label: 'Health',
            cell: (line) => (
              <Badge tone={toneOf(line.health)} why={line.health_reason}>
                {words(line.health)}
              </Badge>
            ),
          },
          { label: 'Model', cell: (line) => (line.model ? `v${line.model.version}` : '–') },
          {
            label: 'Performance',
            align: 'right',
            cell: ({ performance }) =>
              performance
                ? `${words(performance.metric)} ${namedMetric(performance.metric, performance.value)}`
                : '–',
          },
          {
            label: 'Drift',
            align: 'right',
            cell: ({ drift }) => (drift ? percent(drift.share, 0) : '–'),
          },
          { label: 'Requests/min', align: 'right', cell: (line) => count(line.requests_last_minute) },
          {
            label: 'Last event',
            wide: true,
            cell: (line) => capitalized(line.last_decision?.sentence ?? 'Nothing has happened yet.'),
          },
          {
            label: 'When',
            align: 'right',
            wide: true,
            cell: (line) => (line.last_decision ? <Ago at={line.last_decision.at} /> : '–'),
          },
        ]}
      />
    </Panel>
  )
}

function belowMin(performance: NonNullable<LineSummary['performance']>): boolean {
  return performance.min !== null && performance.value < performance.min
}

function Figure(props: { name: string; tone?: string | undefined; children: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd data-tone={props.tone}>{props.children}</dd>
    </div>
  )
}
