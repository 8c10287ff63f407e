import { useQuery } from '@tanstack/react-query'
import { runsQuery } from '../../api/queries.ts'
import { tracesQuery } from '../../api/trace-queries.ts'
import { Nothing } from '../../design/empty.tsx'
import { TextLink } from '../../design/go.tsx'
import { Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { paths } from '../../paths.ts'
import { usesPrompt } from './uses-prompt.ts'

/** The runs in which a client loaded a prompt, as it notes in the tag mlflow.linkedPrompts, and the traces of a version. */
export function PromptUsers({
  project,
  prompt,
  version,
}: {
  project: string
  prompt: string
  version: number
}) {
  const { data } = useQuery(
    runsQuery(project, {
      filter: `tags.\`mlflow.linkedPrompts\` LIKE '%"${prompt.replace(/['%_\\]/g, '_')}"%'`,
    }),
  )
  const runs = (data?.runs ?? []).flatMap((run) => {
    const used = usesPrompt(run.tags['mlflow.linkedPrompts'], prompt)
    return used.length === 0 ? [] : [{ run, used }]
  })
  const traced = useQuery(tracesQuery(project, { filter: `prompt = '${prompt}/${version}'` }))
  const uses: Use[] = [
    ...runs.map(({ run, used }) => ({
      key: run.id,
      what: 'run',
      name: run.name,
      to: paths.run(project, run.id),
      versions: used,
      at: run.started_at,
    })),
    ...(traced.data?.traces ?? []).map((trace) => ({
      key: trace.id,
      what: 'trace',
      name: trace.name || trace.id,
      to: paths.trace(project, trace.id),
      versions: [version],
      at: trace.started_at,
    })),
  ]
  return (
    <Panel title="Where it is used" note={`Runs, and traces of v${version}`} span={7} flush>
      {uses.length === 0 ? (
        <Nothing>No run and no trace of this project has loaded it.</Nothing>
      ) : (
        <Table
          label="Where it is used"
          rows={uses}
          rowKey={(use) => use.key}
          columns={[
            { label: 'By', cell: (use) => <TextLink to={use.to}>{use.name}</TextLink> },
            { label: 'Kind', cell: (use) => use.what },
            {
              label: 'Version',
              cell: (use) =>
                use.versions.map((one) => (one === version ? `v${one} (this)` : `v${one}`)).join(', '),
            },
            { label: 'Started', align: 'right', cell: (use) => <Ago at={use.at} /> },
          ]}
        />
      )}
    </Panel>
  )
}

interface Use {
  readonly key: string
  readonly what: string
  readonly name: string
  readonly to: string
  readonly versions: readonly number[]
  readonly at: string
}
