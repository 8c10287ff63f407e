import { Button, Group, TextInput } from '@mantine/core'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { Evaluation, Tensor, VersionDetail } from '../../../src/contract/models.ts'
import { client, modelFileAddress } from '../../api/client.ts'
import { modelVersionQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import design from '../../design/design.module.css'
import { Nothing } from '../../design/empty.tsx'
import { Facts } from '../../design/facts.tsx'
import { Failure } from '../../design/failure.tsx'
import { TextLink } from '../../design/go.tsx'
import { Page } from '../../design/page.tsx'
import { Columns, Panel } from '../../design/panel.tsx'
import { Badge, Tag } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { bytes, count, namedMetric } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { metricText } from '../tracking/metric-value.ts'

const route = getRouteApi('/signed-in/projects/$project/models/$model/versions/$version')

/** One version of a model: how it was scored, what it takes and gives, where it came from, its files. */
export function ModelVersionPage() {
  const { project, model, version } = route.useParams()
  const { data } = useSuspenseQuery(modelVersionQuery(project, model, version))
  return (
    <Page
      title={`${model} v${data.version}`}
      crumbs={[
        { label: 'Models', to: paths.models(project) },
        { label: model, to: paths.model(project, model) },
      ]}
      status={
        <>
          {data.aliases.map((alias) => (
            <Tag key={alias}>{alias}</Tag>
          ))}
          {data.servable ? null : <Badge tone="warn">not servable</Badge>}
        </>
      }
      lede={
        <>
          By {data.created_by}, <Ago at={data.created_at} /> · {bytes(data.size)}{' '}
          {data.description ? `· ${data.description}` : ''}
        </>
      }
    >
      <Columns>
        <Panel title="Evaluations" note="Gates believe only what the platform measured itself" span={7} flush>
          {data.evaluations.length === 0 ? (
            <Nothing>Not evaluated yet.</Nothing>
          ) : (
            <Evaluations evaluations={data.evaluations} />
          )}
        </Panel>
        <Panel title="Where it comes from" span={5}>
          <Lineage project={project} version={data} />
        </Panel>
        <Panel title="Signature" span={7} flush>
          <SignatureTable version={data} />
        </Panel>
        <Panel title="Aliases" note="Names that point at a version, such as champion" span={5}>
          <AliasForm project={project} version={data} />
        </Panel>
        <Panel title="Files" span={7} flush>
          <Table
            label="Files"
            rows={data.files}
            rowKey={(file) => file.path}
            columns={[
              {
                label: 'Path',
                cell: (file) => (
                  <a
                    className={design.link}
                    href={modelFileAddress(project, model, data.version, file.path)}
                    download={file.path.split('/').at(-1)}
                  >
                    {file.path}
                  </a>
                ),
              },
              { label: 'Size', align: 'right', cell: (file) => bytes(file.size) },
              {
                label: 'SHA-256',
                wide: true,
                cell: (file) => (
                  <span className={`${design.mono} ${design.muted}`}>{file.digest.slice(0, 16)}</span>
                ),
              },
            ]}
          />
        </Panel>
        <Panel title="Parameters of its run" span={5} flush>
          <Params version={data} />
        </Panel>
      </Columns>
    </Page>
  )
}

function Evaluations({ evaluations }: { evaluations: readonly Evaluation[] }) {
  const rows = evaluations.flatMap((each) =>
    Object.entries(each.metrics)
      .map(([name, value]) => ({ each, name, value, slice: '' }))
      .concat(
        each.slices.flatMap((slice) =>
          Object.entries(slice.metrics).map(([name, value]) => ({
            each,
            name,
            value,
            slice: `${slice.by} = ${slice.value} (${count(slice.rows)} rows)`,
          })),
        ),
      ),
  )
  return (
    <Table
      label="Evaluations"
      rows={rows}
      rowKey={(row) => `${row.each.id} ${row.name} ${row.slice}`}
      columns={[
        { label: 'Metric', cell: (row) => row.name },
        {
          label: 'Value',
          align: 'right',
          cell: (row) => <strong style={{ fontWeight: 600 }}>{namedMetric(row.name, row.value)}</strong>,
        },
        {
          label: 'On',
          cell: (row) => `${row.each.dataset ?? 'unnamed data'}${row.slice ? `, ${row.slice}` : ''}`,
        },
        { label: 'By', cell: (row) => row.each.source },
        { label: 'When', align: 'right', wide: true, cell: (row) => <Ago at={row.each.created_at} /> },
      ]}
    />
  )
}

function Lineage({ project, version }: { project: string; version: VersionDetail }) {
  const { run, dataset } = version.lineage
  const [name, number] = dataset?.split(/[\s@:]+v?/) ?? []
  return (
    <Facts
      facts={[
        [
          'Run',
          run ? (
            <TextLink key="run" to={paths.run(project, run.id)}>
              {run.name}
            </TextLink>
          ) : (
            '–'
          ),
        ],
        [
          'Data',
          name !== undefined && number !== undefined && /^\d+$/.test(number) ? (
            <TextLink key="data" to={paths.datasetVersion(project, name, Number(number))}>
              {dataset}
            </TextLink>
          ) : (
            (dataset ?? '–')
          ),
        ],
        ['Registered by', version.created_by],
        ...Object.entries(version.run_metrics)
          .slice(0, 6)
          .map(([key, value]) => [`${key} (run)`, metricText(key, value)] as const),
        ...Object.entries(version.tags).map(([key, value]) => [key, value] as const),
      ]}
    />
  )
}

function SignatureTable({ version }: { version: VersionDetail }) {
  if (version.signature === null) return <Nothing>It has no signature.</Nothing>
  const rows = [
    ...version.signature.inputs.map((tensor) => ({ way: 'in', tensor })),
    ...version.signature.outputs.map((tensor) => ({ way: 'out', tensor })),
  ]
  return (
    <Table
      label="Signature"
      rows={rows}
      rowKey={(row) => `${row.way} ${row.tensor.name}`}
      columns={[
        { label: 'Way', cell: (row) => row.way },
        { label: 'Tensor', cell: (row) => <span className={design.mono}>{row.tensor.name}</span> },
        { label: 'Type', cell: (row) => <span className={design.mono}>{typeOf(row.tensor)}</span> },
        { label: 'Columns', wide: true, cell: (row) => columnsOf(row.tensor) },
      ]}
    />
  )
}

function typeOf(tensor: Tensor): string {
  return `${tensor.datatype}[${tensor.shape.map((size) => (size < 0 ? '?' : size)).join(', ')}]`
}

function columnsOf(tensor: Tensor): string {
  const columns = tensor.columns ?? []
  if (columns.length === 0) return '–'
  return columns.length > 6
    ? `${columns.slice(0, 4).join(', ')} … ${columns.at(-1)} (${columns.length})`
    : columns.join(', ')
}

function Params({ version }: { version: VersionDetail }) {
  const params = Object.entries(version.run_params)
  if (params.length === 0) return <Nothing>None.</Nothing>
  return (
    <Table
      label="Parameters"
      rows={params}
      rowKey={([name]) => name}
      columns={[
        { label: 'Name', cell: ([name]) => name },
        { label: 'Value', cell: ([, value]) => <span className={design.mono}>{value}</span> },
      ]}
    />
  )
}

function AliasForm({ project, version }: { project: string; version: VersionDetail }) {
  const may = useMay(project, 'models:promote')
  const queries = useQueryClient()
  const [alias, setAlias] = useState('')
  const refresh = () => queries.invalidateQueries({ queryKey: ['models', project] })
  const set = useMutation({
    mutationFn: (name: string) =>
      client.models.setAlias({
        params: { project, model: version.model, alias: name },
        body: { version: version.version },
      }),
    onSuccess: () => {
      setAlias('')
      return refresh()
    },
  })
  const remove = useMutation({
    mutationFn: (name: string) =>
      client.models.deleteAlias({ params: { project, model: version.model, alias: name } }),
    onSuccess: refresh,
  })
  return (
    <>
      <Group gap={6} mb={10}>
        {version.aliases.length === 0 ? <span className={design.muted}>None points here.</span> : null}
        {version.aliases.map((each) => (
          <Button
            key={each}
            size="compact-xs"
            variant="default"
            disabled={!may}
            onClick={() => remove.mutate(each)}
            aria-label={`Remove alias ${each}`}
          >
            {each} ×
          </Button>
        ))}
      </Group>
      {may ? (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            set.mutate(alias.trim())
          }}
        >
          <Group gap={8}>
            <TextInput
              size="xs"
              aria-label="New alias"
              placeholder="champion"
              value={alias}
              onChange={(event) => setAlias(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" disabled={alias.trim() === ''} loading={set.isPending}>
              Point here
            </Button>
          </Group>
        </form>
      ) : null}
      {set.error || remove.error ? <Failure error={set.error ?? remove.error} /> : null}
    </>
  )
}
