import { Button, Switch, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Experiment } from '../../../src/contract/runs.ts'
import { client } from '../../api/client.ts'
import { experimentsQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Confirm } from '../../design/confirm.tsx'
import design from '../../design/design.module.css'
import { Empty, Nothing } from '../../design/empty.tsx'
import { Go } from '../../design/go.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { Tag } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { count } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { ExperimentActions } from './experiments/actions.tsx'
import { Note, noteTag } from './run/note.tsx'

const route = getRouteApi('/signed-in/projects/$project/experiments')

/** Every experiment of the project, with what happened in it; the note of the one that is chosen. */
export function ExperimentsPage() {
  const { project } = route.useParams()
  const search = route.useSearch()
  const navigate = useNavigate()
  const deleted = search.deleted !== undefined
  const { data } = useSuspenseQuery(experimentsQuery(project, deleted))
  const may = useMay(project, 'runs:write')
  const [creating, create] = useDisclosure(false)
  const wanted = (search.find ?? '').toLowerCase()
  const found = data.experiments.filter((each) => textOf(each).includes(wanted))
  const chosen = data.experiments.find((each) => each.id === search.experiment)
  const go = (change: Readonly<Record<string, string | undefined>>) =>
    void navigate({
      to: paths.experiments(project),
      search: { ...search, ...change } as never,
      replace: true,
      resetScroll: false,
    })
  return (
    <Page
      title="Experiments"
      lede="What belongs together among the runs."
      actions={may ? <Button onClick={create.open}>New experiment</Button> : null}
    >
      <div style={{ display: 'flex', gap: 16, alignItems: 'center', flexWrap: 'wrap' }}>
        <TextInput
          size="xs"
          w={260}
          aria-label="Find an experiment"
          placeholder="Find by name or tag"
          value={search.find ?? ''}
          onChange={(event) => go({ find: event.currentTarget.value || undefined })}
        />
        <Switch
          size="xs"
          label="Deleted"
          checked={deleted}
          onChange={(event) =>
            go({ deleted: event.currentTarget.checked ? 'yes' : undefined, experiment: undefined })
          }
        />
      </div>
      {found.length === 0 ? (
        deleted || wanted !== '' ? (
          <Nothing>{deleted ? 'No deleted experiment.' : 'No experiment has that in its name.'}</Nothing>
        ) : (
          <Empty icon="runs" title="No experiment yet">
            Clients make them by mlflow.set_experiment.
          </Empty>
        )
      ) : (
        <Panel flush>
          <Table
            label="Experiments"
            rows={found}
            rowKey={(each) => each.id}
            columns={[
              { label: 'Experiment', cell: (each) => <Name project={project} experiment={each} /> },
              { label: 'Runs', align: 'right', cell: (each) => count(each.runs) },
              {
                label: 'Last run',
                align: 'right',
                cell: (each) => (each.last_run_at === null ? '–' : <Ago at={each.last_run_at} />),
              },
              { label: 'Tags', wide: true, cell: (each) => <OwnTags experiment={each} /> },
              { label: 'Made', wide: true, align: 'right', cell: (each) => <Ago at={each.created_at} /> },
              {
                label: '',
                align: 'right',
                cell: (each) => (
                  <ExperimentActions
                    project={project}
                    experiment={each}
                    may={may}
                    onNote={() => go({ experiment: each.id })}
                  />
                ),
              },
            ]}
          />
        </Panel>
      )}
      {chosen === undefined ? null : (
        <ExperimentNote key={chosen.id} project={project} experiment={chosen} may={may} />
      )}
      <NewExperiment project={project} opened={creating} close={create.close} />
    </Page>
  )
}

function textOf(experiment: Experiment): string {
  return [experiment.name, ...Object.entries(experiment.tags).flat()].join(' ').toLowerCase()
}

function Name({ project, experiment }: { project: string; experiment: Experiment }) {
  if (experiment.deleted) return <span className={design.muted}>{experiment.name}</span>
  return (
    <>
      <Go to={paths.runs(project)} search={{ experiment: experiment.id }} className={design.rowLink}>
        {experiment.name}
      </Go>
      {experiment.tags[noteTag] === undefined ? null : (
        <small className={design.muted} style={{ display: 'block', maxWidth: 420 }}>
          {firstLine(experiment.tags[noteTag])}
        </small>
      )}
    </>
  )
}

function firstLine(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? ''
  return line.length > 90 ? `${line.slice(0, 90)}…` : line
}

function OwnTags({ experiment }: { experiment: Experiment }) {
  const own = Object.entries(experiment.tags).filter(([key]) => !key.startsWith('mlflow.'))
  return (
    <span style={{ display: 'flex', flexWrap: 'wrap', gap: 5 }}>
      {own.slice(0, 5).map(([key, value]) => (
        <Tag key={key}>{value === '' ? key : `${key}: ${value}`}</Tag>
      ))}
    </span>
  )
}

function ExperimentNote(props: { project: string; experiment: Experiment; may: boolean }) {
  const { project, experiment } = props
  const queries = useQueryClient()
  return (
    <section aria-label={`Notes of ${experiment.name}`}>
      <h2 style={{ fontSize: 14, marginBottom: 8 }}>{experiment.name}</h2>
      <Note
        text={experiment.tags[noteTag] ?? ''}
        may={props.may}
        save={async (text) => {
          await client.experiments.update({
            params: { project, experiment: experiment.id },
            body: { tags: { [noteTag]: text } },
          })
          await queries.invalidateQueries({ queryKey: ['experiments', project] })
        }}
      />
    </section>
  )
}

function NewExperiment({ project, opened, close }: { project: string; opened: boolean; close: () => void }) {
  const [name, setName] = useState('')
  const queries = useQueryClient()
  const create = useMutation({
    mutationFn: () => client.experiments.create({ params: { project }, body: { name: name.trim() } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['experiments', project] })
      setName('')
      close()
    },
  })
  return (
    <Confirm
      opened={opened}
      close={close}
      title="New experiment"
      action="Create"
      busy={create.isPending}
      error={create.error}
      onConfirm={() => create.mutate()}
    >
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
    </Confirm>
  )
}
