import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { registeredModelsQuery } from '../../api/model-queries.ts'
import { Empty, Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { count } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { Aliases } from '../registry/aliases.tsx'
import { promptText } from './prompt-text.ts'

const route = getRouteApi('/signed-in/projects/$project/prompts')

export function PromptsPage() {
  const { project } = route.useParams()
  const { search } = route.useSearch()
  const navigate = useNavigate()
  const { data, error } = useQuery(registeredModelsQuery(project, { search, prompts: true }))
  const prompts = data?.models ?? []
  const none = data !== undefined && prompts.length === 0
  return (
    <Page
      title="Prompts"
      lede="Versioned texts for language models, with the aliases that applications load."
    >
      {error ? <Failure error={error} /> : null}
      {none && search === undefined ? (
        <Empty icon="prompts" title="No prompt yet" command="mlflow.genai.register_prompt(name, template)">
          Register one with MLflow’s client:
        </Empty>
      ) : (
        <>
          <TextInput
            size="xs"
            w={240}
            aria-label="Find a prompt"
            placeholder="Find a prompt"
            defaultValue={search ?? ''}
            onChange={(event) =>
              void navigate({
                to: paths.prompts(project),
                search: { search: event.currentTarget.value || undefined } as never,
                replace: true,
              })
            }
          />
          <Panel flush>
            {none ? <Nothing>No name holds “{search}”.</Nothing> : null}
            {prompts.length === 0 ? null : (
              <Table
                label="Prompts"
                linked
                rows={prompts}
                rowKey={(prompt) => prompt.id}
                columns={[
                  {
                    label: 'Name',
                    cell: (prompt) => (
                      <RowLink to={paths.prompt(project, prompt.name)}>{prompt.name}</RowLink>
                    ),
                  },
                  {
                    label: 'Aliases',
                    cell: (prompt) => (
                      <Aliases aliases={prompt.aliases.map((each) => `${each.alias} → v${each.version}`)} />
                    ),
                  },
                  {
                    label: 'Latest text',
                    wide: true,
                    cell: (prompt) => <Beginning text={promptText(prompt.latest?.tags ?? {})} />,
                  },
                  { label: 'Versions', align: 'right', cell: (prompt) => count(prompt.versions) },
                  { label: 'Changed', align: 'right', cell: (prompt) => <Ago at={prompt.updated_at} /> },
                ]}
              />
            )}
          </Panel>
        </>
      )}
    </Page>
  )
}

function Beginning({ text }: { text: string }) {
  const line = text.replace(/\s+/g, ' ')
  return <>{line.length > 70 ? `${line.slice(0, 69)}…` : line}</>
}
