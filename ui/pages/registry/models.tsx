import { TextInput } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { Model } from '../../../src/contract/models.ts'
import { registeredModelsQuery } from '../../api/model-queries.ts'
import { deploymentQuery, deploymentsQuery } from '../../api/queries.ts'
import { Empty, Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { TextLink } from '../../design/go.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { count } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { Aliases } from './aliases.tsx'
import { MetricsLine } from './metrics-line.tsx'

const route = getRouteApi('/signed-in/projects/$project/models')
const mostDeployments = 30

export function ModelsPage() {
  const { project } = route.useParams()
  const { search } = route.useSearch()
  const navigate = useNavigate()
  const { data, error } = useQuery(registeredModelsQuery(project, { search, prompts: false }))
  const models = data?.models ?? []
  const none = data !== undefined && models.length === 0
  const where = useDeployed(project)
  return (
    <Page
      title="Models"
      lede="Registered versions with where they came from and how the platform itself scored them."
    >
      {error ? <Failure error={error} /> : null}
      {none && search === undefined ? (
        <Empty icon="models" title="No model yet" command="slipway models register <model> --run <run>">
          Lines register a version after each training. By hand, from a run's files:
        </Empty>
      ) : (
        <>
          <TextInput
            size="xs"
            w={240}
            aria-label="Find a model"
            placeholder="Find a model"
            defaultValue={search ?? ''}
            onChange={(event) =>
              void navigate({
                to: paths.models(project),
                search: { search: event.currentTarget.value || undefined } as never,
                replace: true,
              })
            }
          />
          <Panel flush>
            {none ? <Nothing>No name holds “{search}”.</Nothing> : null}
            {models.length === 0 ? null : <List project={project} models={models} where={where} />}
          </Panel>
        </>
      )}
    </Page>
  )
}

function List(props: { project: string; models: readonly Model[]; where: ReadonlyMap<string, string[]> }) {
  const { project, models, where } = props
  return (
    <Table
      label="Models"
      linked
      rows={models}
      rowKey={(model) => model.id}
      columns={[
        {
          label: 'Name',
          cell: (model) => <RowLink to={paths.model(project, model.name)}>{model.name}</RowLink>,
        },
        { label: 'Owner', wide: true, cell: (model) => model.owner },
        { label: 'Latest', cell: (model) => (model.latest ? `v${model.latest.version}` : '–') },
        {
          label: 'Aliases',
          cell: (model) => (
            <Aliases aliases={model.aliases.map((each) => `${each.alias} → v${each.version}`)} />
          ),
        },
        {
          label: 'Metrics of the latest',
          wide: true,
          cell: (model) => <MetricsLine metrics={model.latest?.metrics ?? {}} />,
        },
        {
          label: 'Deployed',
          wide: true,
          cell: (model) =>
            (where.get(model.name) ?? []).map((name) => (
              <span key={name} style={{ marginRight: 8, position: 'relative', zIndex: 1 }}>
                <TextLink to={paths.deployment(project, name)}>{name}</TextLink>
              </span>
            )),
        },
        { label: 'Versions', align: 'right', cell: (model) => count(model.versions) },
        { label: 'Changed', align: 'right', cell: (model) => <Ago at={model.updated_at} /> },
      ]}
    />
  )
}

/** The deployments of each model, by its name. */
function useDeployed(project: string): ReadonlyMap<string, string[]> {
  const list = useQuery(deploymentsQuery(project))
  const deployments = useQueries({
    queries: (list.data?.deployments ?? [])
      .slice(0, mostDeployments)
      .map((each) => ({ ...deploymentQuery(project, each.name), refetchInterval: 30_000 })),
  })
  const where = new Map<string, string[]>()
  for (const { data } of deployments) {
    if (data === undefined) continue
    for (const model of new Set(data.revisions.flatMap((revision) => revision.model?.name ?? []))) {
      where.set(model, [...(where.get(model) ?? []), data.name])
    }
  }
  return where
}
