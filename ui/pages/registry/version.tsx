import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { VersionDetail } from '../../../src/contract/models.ts'
import { client } from '../../api/client.ts'
import { modelVersionQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import design from '../../design/design.module.css'
import { Nothing } from '../../design/empty.tsx'
import { Facts } from '../../design/facts.tsx'
import { TextLink } from '../../design/go.tsx'
import { Page } from '../../design/page.tsx'
import { Columns, Panel } from '../../design/panel.tsx'
import { Badge, Tag } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { TabLinks } from '../../design/tabs.tsx'
import { Ago } from '../../design/time.tsx'
import { bytes } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { HeldBadge } from '../keeping/held-badge.tsx'
import { Comments } from '../notes/comments.tsx'
import { metricText } from '../tracking/metric-value.ts'
import { Note } from '../tracking/run/note.tsx'
import { AliasForm } from './alias-form.tsx'
import { Evaluations } from './evaluations.tsx'
import { Needs } from './needs.tsx'
import { SignatureTable } from './signature-table.tsx'
import { VersionActions } from './version-actions.tsx'
import { VersionFiles } from './version-files.tsx'
import { VersionLineagePanel } from './version-lineage-panel.tsx'

const route = getRouteApi('/signed-in/projects/$project/models/$model/versions/$version')
const tabs = [
  ['overview', 'Overview'],
  ['evaluations', 'Evaluations'],
  ['lineage', 'Lineage'],
  ['files', 'Files'],
] as const

/** One version of a model: how it was scored, what it takes and gives, where it came from, its files. */
export function ModelVersionPage() {
  const { project, model, version } = route.useParams()
  const { tab = 'overview' } = route.useSearch()
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
          {data.stage === 'None' ? null : <Tag>{data.stage}</Tag>}
          {data.servable ? null : (
            <Badge tone="warn" why="The model server runs ONNX; this version holds no such file.">
              not servable
            </Badge>
          )}
          <HeldBadge project={project} of={`models/${model}/${data.version}`} />
        </>
      }
      lede={
        <>
          By {data.created_by}, <Ago at={data.created_at} /> · {bytes(data.size)}
        </>
      }
      actions={<VersionActions project={project} version={data} />}
    >
      <TabLinks
        label="Parts of this version"
        to={paths.modelVersion(project, model, data.version)}
        tabs={tabs}
        current={tab}
      />
      {tab === 'overview' ? <Overview project={project} version={data} /> : null}
      {tab === 'evaluations' ? <Evaluations evaluations={data.evaluations} /> : null}
      {tab === 'lineage' ? <VersionLineagePanel project={project} version={data} /> : null}
      {tab === 'files' ? <VersionFiles project={project} version={data} /> : null}
    </Page>
  )
}

function Overview({ project, version }: { project: string; version: VersionDetail }) {
  const may = useMay(project, 'models:write')
  const queries = useQueryClient()
  const describe = async (text: string | null) => {
    await client.models.updateVersion({
      params: { project, model: version.model, version: String(version.version) },
      body: { description: text ?? '' },
    })
    await queries.invalidateQueries({ queryKey: ['models', project] })
  }
  return (
    <Columns>
      <Panel title="Signature" span={7} flush>
        <SignatureTable version={version} />
      </Panel>
      <Panel title="Where it comes from" span={5}>
        <Origin project={project} version={version} />
      </Panel>
      <Needs project={project} version={version} />
      <Panel title="Aliases" note="Names that point at a version, such as champion" span={5}>
        <AliasForm project={project} version={version} />
      </Panel>
      <Panel title="Parameters of the run" span={7} flush>
        <Params version={version} />
      </Panel>
      <Note text={version.description} may={may} span={5} save={describe} />
      <Comments project={project} subject={{ type: 'model_version', id: version.id }} span={7} />
    </Columns>
  )
}

function Origin({ project, version }: { project: string; version: VersionDetail }) {
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
