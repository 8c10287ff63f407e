import { ActionIcon, Menu, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Experiment } from '../../../../src/contract/runs.ts'
import { client } from '../../../api/client.ts'
import { Confirm } from '../../../design/confirm.tsx'
import { Icon } from '../../../design/icons.tsx'
import { plural } from '../../../format/number.ts'

/** What can be done with one experiment. */
export function ExperimentActions(props: {
  project: string
  experiment: Experiment
  may: boolean
  onNote: () => void
}) {
  const { project, experiment } = props
  const params = { project, experiment: experiment.id }
  const queries = useQueryClient()
  const [renaming, rename] = useDisclosure(false)
  const [removing, remove] = useDisclosure(false)
  const [name, setName] = useState(experiment.name)
  const change = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: async () => {
      rename.close()
      remove.close()
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['experiments', project] }),
        queries.invalidateQueries({ queryKey: ['runs', project] }),
      ])
    },
  })
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Actions on ${experiment.name}`}>
            <Icon name="more" size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={props.onNote}>Notes</Menu.Item>
          {!props.may ? null : experiment.deleted ? (
            <Menu.Item onClick={() => change.mutate(() => client.experiments.restore({ params }))}>
              Restore
            </Menu.Item>
          ) : (
            <>
              <Menu.Item
                onClick={() => {
                  setName(experiment.name)
                  rename.open()
                }}
              >
                Rename…
              </Menu.Item>
              <Menu.Item color="red" onClick={remove.open}>
                Delete…
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={renaming}
        close={rename.close}
        title={`Rename ${experiment.name}`}
        action="Rename"
        busy={change.isPending}
        error={change.error}
        onConfirm={() =>
          change.mutate(() => client.experiments.update({ params, body: { name: name.trim() } }))
        }
      >
        <TextInput
          label="Name"
          description="Scripts that name the old one would make it anew."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
      </Confirm>
      <Confirm
        opened={removing}
        close={remove.close}
        title={`Delete ${experiment.name}?`}
        action="Delete"
        danger
        busy={change.isPending}
        error={change.error}
        onConfirm={() => change.mutate(() => client.experiments.delete({ params }))}
      >
        Its {plural(experiment.runs, 'run')} are deleted with it. Both can be restored until retention removes
        them.
      </Confirm>
    </>
  )
}
