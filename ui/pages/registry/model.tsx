import { Button, Group, Select } from '@mantine/core'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { Version } from '../../../src/contract/models.ts'
import { modelQuery, modelVersionsQuery } from '../../api/queries.ts'
import { Chart } from '../../design/chart/chart.tsx'
import { Empty } from '../../design/empty.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { bytes, namedMetric } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { commonKeys } from '../tracking/common-keys.ts'
import { Aliases } from './aliases.tsx'
import { Comparison } from './comparison.tsx'

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
      lede={model.description}
    >
      {versions.length === 0 ? <Empty icon="models" title="No version" /> : null}
      {versions.length > 1 && metrics[0] ? <Trend versions={versions} metric={metrics[0]} /> : null}
      {versions.length > 0 ? (
        <Panel title="Versions" flush>
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
    </Page>
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
