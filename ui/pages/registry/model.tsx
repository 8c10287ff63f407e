import { Button, Group, Select } from '@mantine/core'
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { Model, Version } from '../../../src/contract/models.ts'
import { client } from '../../api/client.ts'
import { modelQuery, modelVersionsQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Chart } from '../../design/chart/chart.tsx'
import { Empty } from '../../design/empty.tsx'
import { TextLink } from '../../design/go.tsx'
import { Page } from '../../design/page.tsx'
import { Columns, Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Tag } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { bytes, namedMetric } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { Comments } from '../notes/comments.tsx'
import { commonKeys } from '../tracking/common-keys.ts'
import { Note } from '../tracking/run/note.tsx'
import { Aliases } from './aliases.tsx'
import { Comparison } from './comparison.tsx'
import { HistoryPanel } from './history-panel.tsx'

const route = getRouteApi('/signed-in/projects/$project/models/$model')

export function ModelPage() {
  const { project, model: name } = route.useParams()
  const { a, b } = route.useSearch()
  const { data: model } = useSuspenseQuery(modelQuery(project, name))
  const { data } = useQuery(modelVersionsQuery(project, name))
  const versions = data?.versions ?? []
  const metrics = commonKeys(
    versions.map((version) => Object.keys(version.metrics)),
    4,
  )
  return (
    <Page
      title={model.name}
      crumbs={[{ label: 'Models', to: paths.models(project) }]}
      status={model.aliases.map((each) => <Tag key={each.alias}>{`${each.alias} → v${each.version}`}</Tag>)}
      lede={`Made by ${model.owner}`}
    >
      {versions.length === 0 ? <Empty icon="models" title="No version" /> : null}
      {versions.length > 1 && metrics[0] ? <Trend versions={versions} metric={metrics[0]} /> : null}
      {versions.length > 0 ? (
        <Panel title="Versions" actions={<CompareRuns project={project} versions={versions} />} flush>
          <Table
            label="Versions"
            linked
            rows={versions}
            rowKey={(version) => version.id}
            columns={[
              {
                label: 'Version',
                cell: (version) => (
                  <RowLink
                    to={paths.modelVersion(project, name, version.version)}
                  >{`v${version.version}`}</RowLink>
                ),
              },
              { label: 'Aliases', cell: (version) => <Aliases aliases={version.aliases} /> },
              ...(versions.some((version) => version.stage !== 'None')
                ? [
                    {
                      label: 'Stage',
                      wide: true,
                      cell: (version: Version) => (version.stage === 'None' ? '–' : version.stage),
                    },
                  ]
                : []),
              ...metrics.map((metric) => ({
                label: metric,
                align: 'right' as const,
                cell: (version: Version) =>
                  version.metrics[metric] === undefined ? '–' : namedMetric(metric, version.metrics[metric]),
              })),
              { label: 'Size', align: 'right', wide: true, cell: (version) => bytes(version.size) },
              { label: 'By', wide: true, cell: (version) => version.created_by },
              { label: 'Created', align: 'right', cell: (version) => <Ago at={version.created_at} /> },
            ]}
          />
        </Panel>
      ) : null}
      {versions.length > 1 ? <Choose project={project} model={name} versions={versions} a={a} b={b} /> : null}
      {a !== undefined && b !== undefined ? <Comparison project={project} model={name} a={a} b={b} /> : null}
      <About project={project} model={model} />
    </Page>
  )
}

function About({ project, model }: { project: string; model: Model }) {
  const may = useMay(project, 'models:write')
  const queries = useQueryClient()
  const describe = async (text: string | null) => {
    await client.models.update({
      params: { project, model: model.name },
      body: { description: text ?? '' },
    })
    await queries.invalidateQueries({ queryKey: ['models', project] })
  }
  return (
    <Columns>
      <Note text={model.description} may={may} span={5} save={describe} />
      <HistoryPanel project={project} model={model.name} span={7} />
      <Comments project={project} subject={{ type: 'model', id: model.name }} span={7} />
    </Columns>
  )
}

/** The runs that made the versions, with all that was logged in them. */
function CompareRuns({ project, versions }: { project: string; versions: readonly Version[] }) {
  const runs = [...new Set(versions.flatMap((version) => version.run_id ?? []))]
  if (runs.length < 2) return null
  return (
    <small>
      <TextLink to={paths.compare(project)} search={{ runs: runs.join(',') }}>
        Compare their runs
      </TextLink>
    </small>
  )
}

function Trend({ versions, metric }: { versions: readonly Version[]; metric: string }) {
  const scored = versions.filter((version) => version.metrics[metric] !== undefined).toReversed()
  return (
    <Panel title={`${metric} by version`} note="As the platform scored the registered bytes">
      <Chart
        label={`${metric} by version`}
        x="step"
        xs={scored.map((version) => version.version)}
        series={[
          {
            label: metric,
            colour: '--series-1',
            kind: 'line',
            values: scored.map((version) => version.metrics[metric] ?? null),
          },
        ]}
        format={(value) => namedMetric(metric, value)}
        height={140}
      />
    </Panel>
  )
}

function Choose(props: {
  project: string
  model: string
  versions: readonly Version[]
  a: string | undefined
  b: string | undefined
}) {
  const navigate = useNavigate()
  const data = props.versions.map((version) => ({
    value: String(version.version),
    label: `v${version.version}`,
  }))
  const first = props.a ?? data[1]?.value ?? null
  const second = props.b ?? data[0]?.value ?? null
  const show = (a: string | null, b: string | null) =>
    navigate({ to: paths.model(props.project, props.model), search: { a, b } as never, replace: true })
  return (
    <Group gap={8} align="flex-end">
      <Select
        label="Compare"
        size="xs"
        w={110}
        data={data}
        value={first}
        onChange={(value) => void show(value, second)}
      />
      <Select
        label="with"
        size="xs"
        w={110}
        data={data}
        value={second}
        onChange={(value) => void show(first, value)}
      />
      {props.a === undefined ? (
        <Button variant="default" onClick={() => void show(first, second)}>
          Compare
        </Button>
      ) : null}
    </Group>
  )
}
