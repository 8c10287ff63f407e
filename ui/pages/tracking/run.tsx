import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { RunDetail } from '../../../src/contract/runs.ts'
import { registeredQuery, runQuery } from '../../api/queries.ts'
import design from '../../design/design.module.css'
import { Empty, Nothing } from '../../design/empty.tsx'
import { Facts } from '../../design/facts.tsx'
import { TextLink } from '../../design/go.tsx'
import { Page } from '../../design/page.tsx'
import { Columns, Panel } from '../../design/panel.tsx'
import { Badge, Tag } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { TabLinks } from '../../design/tabs.tsx'
import { Ago, At, Took } from '../../design/time.tsx'
import { toneOf } from '../../design/tones.ts'
import { count, namedMetric } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { ArtifactsTab } from './artifacts.tsx'
import { Curve } from './curve.tsx'
import { metricText, numberOf } from './metric-value.ts'

const route = getRouteApi('/signed-in/projects/$project/runs/$run')
const tabs = [
  ['overview', 'Overview'],
  ['charts', 'Charts'],
  ['artifacts', 'Files'],
] as const

/** One run: what went in, what came out, its curves and its files. */
export function RunPage() {
  const { project, run: id } = route.useParams()
  const { tab = 'overview', path = '' } = route.useSearch()
  const { data: run } = useSuspenseQuery(runQuery(project, id))
  return (
    <Page
      title={run.name}
      crumbs={[{ label: 'Runs', to: paths.runs(project) }]}
      status={<Badge tone={toneOf(run.status)}>{run.status}</Badge>}
      lede={
        <>
          Experiment {run.experiment} · by {run.user} · started <Ago at={run.started_at} />, took{' '}
          <Took from={run.started_at} to={run.ended_at} />
        </>
      }
    >
      <TabLinks label="Parts of this run" to={paths.run(project, id)} tabs={tabs} current={tab} />
      {tab === 'overview' ? <Overview project={project} run={run} /> : null}
      {tab === 'charts' ? <Charts project={project} run={run} /> : null}
      {tab === 'artifacts' ? <ArtifactsTab project={project} run={id} path={path} /> : null}
    </Page>
  )
}

function Overview({ project, run }: { project: string; run: RunDetail }) {
  const metrics = Object.entries(run.metrics)
  const params = Object.entries(run.params)
  const tags = Object.entries(run.tags).filter(([name]) => !name.startsWith('mlflow.'))
  return (
    <Columns>
      <Panel title="Metrics" note="The latest value of each" span={7} flush>
        {metrics.length === 0 ? (
          <Nothing>No metric was logged.</Nothing>
        ) : (
          <Table
            label="Metrics"
            rows={metrics}
            rowKey={([name]) => name}
            columns={[
              { label: 'Metric', cell: ([name]) => name },
              {
                label: 'Latest',
                align: 'right',
                cell: ([name, value]) => (
                  <strong style={{ fontWeight: 600 }}>{metricText(name, value)}</strong>
                ),
              },
              {
                label: 'Least',
                align: 'right',
                wide: true,
                cell: ([name, value]) => (value.min === null ? '–' : namedMetric(name, numberOf(value.min))),
              },
              {
                label: 'Most',
                align: 'right',
                wide: true,
                cell: ([name, value]) => (value.max === null ? '–' : namedMetric(name, numberOf(value.max))),
              },
              { label: 'Points', align: 'right', cell: ([, value]) => count(value.count) },
            ]}
          />
        )}
      </Panel>
      <Panel title="Parameters" span={5} flush>
        {params.length === 0 ? (
          <Nothing>No parameter was logged.</Nothing>
        ) : (
          <Table
            label="Parameters"
            rows={params}
            rowKey={([name]) => name}
            columns={[
              { label: 'Name', cell: ([name]) => name },
              { label: 'Value', cell: ([, value]) => <span className={design.mono}>{value}</span> },
            ]}
          />
        )}
      </Panel>
      <Panel title="Where it comes from" span={7}>
        <Facts
          facts={[
            [
              'Run id',
              <span key="id" className={design.mono}>
                {run.id}
              </span>,
            ],
            ['Source', run.source ?? run.tags['mlflow.source.name'] ?? '–'],
            [
              'Data',
              run.datasets.length === 0
                ? '–'
                : run.datasets
                    .map((each) => `${each.name}${each.context ? ` (${each.context})` : ''}`)
                    .join(', '),
            ],
            ['Started', <At key="started" at={run.started_at} />],
            ['Models', <Registered key="models" project={project} run={run.id} />],
          ]}
        />
      </Panel>
      <Panel title="Tags" span={5}>
        {tags.length === 0 ? (
          <span className={design.muted}>None.</span>
        ) : (
          <div style={{ display: 'flex', flexWrap: 'wrap', gap: 6 }}>
            {tags.map(([name, value]) => (
              <Tag key={name}>{`${name}: ${value}`}</Tag>
            ))}
          </div>
        )}
      </Panel>
    </Columns>
  )
}

function Registered({ project, run }: { project: string; run: string }) {
  const { data } = useQuery(registeredQuery(project, run))
  if (data === undefined || data.versions.length === 0) return <>–</>
  return data.versions.map((each) => (
    <span key={each.id} style={{ marginRight: 10 }}>
      <TextLink
        to={paths.modelVersion(project, each.model, each.version)}
      >{`${each.model} v${each.version}`}</TextLink>
    </span>
  ))
}

/** A curve for each metric that has more than one point; bars would say nothing for the others. */
function Charts({ project, run }: { project: string; run: RunDetail }) {
  const curves = Object.entries(run.metrics).filter(([, value]) => value.count > 1)
  if (curves.length === 0) {
    return (
      <Empty icon="runs" title="No curve yet">
        A metric that is logged more than once, with its step, is drawn here.
      </Empty>
    )
  }
  return (
    <Columns>
      {curves.map(([name]) => (
        <Curve key={name} project={project} run={run.id} name={name} />
      ))}
    </Columns>
  )
}
