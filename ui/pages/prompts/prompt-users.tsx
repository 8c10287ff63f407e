import { useQuery } from '@tanstack/react-query'
import { runsQuery } from '../../api/queries.ts'
import { Nothing } from '../../design/empty.tsx'
import { TextLink } from '../../design/go.tsx'
import { Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { paths } from '../../paths.ts'
import { usesPrompt } from './uses-prompt.ts'

/** The runs in which a client loaded a prompt, as it notes in the tag mlflow.linkedPrompts. */
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
  return (
    <Panel title="Where it is used" span={7} flush>
      {runs.length === 0 ? (
        <Nothing>No run of this project has loaded it.</Nothing>
      ) : (
        <Table
          label="Where it is used"
          rows={runs}
          rowKey={({ run }) => run.id}
          columns={[
            {
              label: 'Run',
              cell: ({ run }) => <TextLink to={paths.run(project, run.id)}>{run.name}</TextLink>,
            },
            {
              label: 'Version',
              cell: ({ used }) =>
                used.map((one) => (one === version ? `v${one} (this)` : `v${one}`)).join(', '),
            },
            { label: 'Started', align: 'right', cell: ({ run }) => <Ago at={run.started_at} /> },
          ]}
        />
      )}
    </Panel>
  )
}
