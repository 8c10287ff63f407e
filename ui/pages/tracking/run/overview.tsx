import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { RunDetail } from '../../../../src/contract/runs.ts'
import { client } from '../../../api/client.ts'
import { childRunsQuery, registeredQuery, runModelsQuery, runQuery } from '../../../api/queries.ts'
import { useMay } from '../../../api/use-may.ts'
import { Copy } from '../../../design/command.tsx'
import design from '../../../design/design.module.css'
import { Facts } from '../../../design/facts.tsx'
import { TextLink } from '../../../design/go.tsx'
import { Columns, Panel } from '../../../design/panel.tsx'
import { Badge } from '../../../design/status.tsx'
import { At, Took } from '../../../design/time.tsx'
import { toneOf } from '../../../design/tones.ts'
import { count, metric } from '../../../format/number.ts'
import { paths } from '../../../paths.ts'
import { Comments } from '../../notes/comments.tsx'
import { numberOf } from '../metric-value.ts'
import { KeyTable } from './key-table.tsx'
import { Note, noteTag } from './note.tsx'
import { sourceOf } from './source.ts'
import { Tags } from './tags.tsx'

/** What went in, what came out, and where it comes from. */
export function Overview({ project, run }: { project: string; run: RunDetail }) {
  const may = useMay(project, 'runs:write') && !run.deleted
  const queries = useQueryClient()
  const save = async (tags: Record<string, string | null>) => {
    const changed = await client.runs.update({ params: { project, run: run.id }, body: { tags } })
    queries.setQueryData(runQuery(project, run.id).queryKey, changed)
  }
  return (
    <Columns>
      <div data-span={7} style={{ display: 'grid', gap: 16, alignContent: 'start' }}>
        <KeyTable
          title="Metrics"
          nothing="No metric was logged."
          rows={sorted(run.metrics)}
          columns={[
            {
              label: 'Latest',
              right: true,
              width: '110px',
              cell: (each) => <b>{metric(numberOf(each.value))}</b>,
            },
            { label: 'Least', right: true, width: '100px', cell: (each) => optional(each.min) },
            { label: 'Most', right: true, width: '100px', cell: (each) => optional(each.max) },
            { label: 'Points', right: true, width: '90px', cell: (each) => count(each.count) },
          ]}
        />
        <KeyTable
          title="Parameters"
          nothing="No parameter was logged."
          rows={sorted(run.params)}
          textOf={(value) => value}
          columns={[
            {
              label: 'Value',
              width: 'minmax(120px, 1.4fr)',
              cell: (value) => (
                <span className={design.mono} title={value}>
                  {value}
                </span>
              ),
            },
          ]}
        />
      </div>
      <div data-span={5} style={{ display: 'grid', gap: 16, alignContent: 'start' }}>
        <About project={project} run={run} />
        <Note text={run.tags[noteTag] ?? ''} may={may} save={(text) => save({ [noteTag]: text })} />
        <Tags tags={run.tags} may={may} save={save} />
        <Family project={project} run={run} />
        <Comments project={project} subject={{ type: 'run', id: run.id }} />
      </div>
    </Columns>
  )
}

/** By name, numbers in it by their size: layer2 before layer10. */
function sorted<V>(values: Readonly<Record<string, V>>): [string, V][] {
  return Object.entries(values).sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
}

function optional(value: Parameters<typeof numberOf>[0] | null) {
  return value === null ? '–' : metric(numberOf(value))
}

function About({ project, run }: { project: string; run: RunDetail }) {
  const source = sourceOf(run.tags)
  return (
    <Panel title="About">
      <Facts
        facts={[
          [
            'Run id',
            <span key="id" style={{ display: 'inline-flex', alignItems: 'center', gap: 4 }}>
              <span className={design.mono}>{run.id}</span>
              <Copy text={run.id} what="run id" />
            </span>,
          ],
          [
            'Experiment',
            <TextLink key="experiment" to={paths.runs(project)} search={{ experiment: run.experiment_id }}>
              {run.experiment}
            </TextLink>,
          ],
          ['By', run.user],
          ['Started', <At key="started" at={run.started_at} />],
          ['Ended', run.ended_at === null ? '–' : <At key="ended" at={run.ended_at} />],
          ['Took', <Took key="took" from={run.started_at} to={run.ended_at} />],
          ['Source', run.source ?? source.name ?? '–'],
          [
            'Commit',
            source.commit === undefined ? '–' : <code key="commit">{source.commit.slice(0, 12)}</code>,
          ],
          ['Data', <Datasets key="data" run={run} />],
          ['Models', <Models key="models" project={project} run={run.id} />],
        ]}
      />
    </Panel>
  )
}

function Datasets({ run }: { run: RunDetail }) {
  if (run.datasets.length === 0) return <>–</>
  return run.datasets.map((each) => (
    <div key={`${each.name} ${each.digest} ${each.context}`}>
      {each.name}{' '}
      <small className={design.muted}>{[each.context, each.digest].filter(Boolean).join(' · ')}</small>
    </div>
  ))
}

function Models({ project, run }: { project: string; run: string }) {
  const logged = useQuery(runModelsQuery(project, run))
  const registered = useQuery(registeredQuery(project, run))
  const models = logged.data?.models ?? []
  const versions = registered.data?.versions ?? []
  if (models.length + versions.length === 0) return <>–</>
  return (
    <>
      {models.map((model) => (
        <div key={`${model.id} ${model.direction}`}>
          {model.name === '' ? model.id : model.name}{' '}
          <small className={design.muted}>
            {model.direction === 'input' ? 'read' : 'logged'}
            {model.model_type === '' ? '' : ` · ${model.model_type}`}
          </small>
        </div>
      ))}
      {versions.map((each) => (
        <div key={each.id}>
          <TextLink to={paths.modelVersion(project, each.model, each.version)}>
            {`${each.model} v${each.version}`}
          </TextLink>{' '}
          <small className={design.muted}>registered</small>
        </div>
      ))}
    </>
  )
}

/** The run that this one is a part of, and its own parts. */
function Family({ project, run }: { project: string; run: RunDetail }) {
  const { data } = useQuery(childRunsQuery(project, run.id))
  const parent = run.tags['mlflow.parentRunId']
  const children = data?.runs ?? []
  if (parent === undefined && children.length === 0) return null
  const ids = children.map((each) => each.id).slice(0, 50)
  return (
    <Panel
      title="Nested runs"
      note={
        children.length === 0
          ? ''
          : `${count(children.length)}${data?.next === undefined ? '' : '+'} children`
      }
      actions={
        ids.length < 2 ? null : (
          <small>
            <TextLink to={paths.compare(project)} search={{ runs: ids.join(',') }}>
              Compare them
            </TextLink>
          </small>
        )
      }
    >
      {parent === undefined ? null : (
        <p style={{ fontSize: 13 }}>
          Part of <TextLink to={paths.run(project, parent)}>{parent.slice(0, 8)}</TextLink>
        </p>
      )}
      <ul style={{ display: 'grid', gap: 5, fontSize: 13, maxHeight: 260, overflowY: 'auto' }}>
        {children.map((child) => (
          <li key={child.id} style={{ display: 'flex', justifyContent: 'space-between', gap: 10 }}>
            <TextLink to={paths.run(project, child.id)}>{child.name}</TextLink>
            <Badge tone={toneOf(child.status)}>{child.status}</Badge>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
