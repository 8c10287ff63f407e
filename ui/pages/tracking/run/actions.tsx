import { ActionIcon, Menu, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { RunDetail } from '../../../../src/contract/runs.ts'
import { client } from '../../../api/client.ts'
import { runQuery } from '../../../api/queries.ts'
import { useMay } from '../../../api/use-may.ts'
import { Confirm } from '../../../design/confirm.tsx'
import { Icon } from '../../../design/icons.tsx'
import { paths } from '../../../paths.ts'
import { useHoldItem } from '../../keeping/hold-item.tsx'

/** What can be done with a run as a whole. */
export function RunActions({ project, run }: { project: string; run: RunDetail }) {
  const may = useMay(project, 'runs:write')
  const [renaming, rename] = useDisclosure(false)
  const [removing, remove] = useDisclosure(false)
  const [name, setName] = useState(run.name)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const save = useMutation({
    mutationFn: () => client.runs.update({ params: { project, run: run.id }, body: { name: name.trim() } }),
    onSuccess: (changed) => {
      queries.setQueryData(runQuery(project, run.id).queryKey, changed)
      rename.close()
    },
  })
  const drop = useMutation({
    mutationFn: () => client.runs.delete({ params: { project, run: run.id } }),
    onSuccess: async () => {
      remove.close()
      await queries.invalidateQueries({ queryKey: ['runs', project] })
      await navigate({ to: paths.runs(project) })
    },
  })
  const hold = useHoldItem(project, `runs/${run.id}`, run.name)
  if (!may || run.deleted) return null
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label="More actions">
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={() => {
              setName(run.name)
              rename.open()
            }}
          >
            Rename…
          </Menu.Item>
          {hold.item}
          <Menu.Item color="red" onClick={remove.open}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {hold.dialog}
      <Confirm
        opened={renaming}
        close={rename.close}
        title="Rename the run"
        action="Rename"
        busy={save.isPending}
        error={save.error}
        onConfirm={() => save.mutate()}
      >
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
      </Confirm>
      <Confirm
        opened={removing}
        close={remove.close}
        title={`Delete ${run.name}?`}
        action="Delete"
        danger
        busy={drop.isPending}
        error={drop.error}
        onConfirm={() => drop.mutate()}
      >
        It can be restored from the list of deleted runs until retention removes it.
      </Confirm>
    </>
  )
}
