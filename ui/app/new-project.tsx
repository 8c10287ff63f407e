import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { Confirm } from '../design/confirm.tsx'
import { paths } from '../paths.ts'

/** Makes a project and goes there. */
export function NewProject({ opened, close }: { opened: boolean; close: () => void }) {
  const [name, setName] = useState('')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const create = useMutation({
    mutationFn: () => client.projects.create({ body: { name: name.trim() } }),
    onSuccess: async (project) => {
      await queries.invalidateQueries(sessionQuery())
      setName('')
      close()
      await navigate({ to: paths.lines(project.name) })
    },
  })
  return (
    <Confirm
      opened={opened}
      close={close}
      title="New project"
      action="Create"
      busy={create.isPending}
      error={create.error}
      onConfirm={() => create.mutate()}
    >
      <TextInput
        label="Name"
        description="Lower-case letters, digits and hyphens. It stands in addresses and can't be changed."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
    </Confirm>
  )
}
