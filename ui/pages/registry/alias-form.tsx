import { Button, Group, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Version } from '../../../src/contract/models.ts'
import { client } from '../../api/client.ts'
import { useMay } from '../../api/use-may.ts'
import design from '../../design/design.module.css'
import { Failure } from '../../design/failure.tsx'

/** The aliases that point at a version; who may promote points others here or takes them away. */
export function AliasForm({
  project,
  version,
}: {
  project: string
  version: Pick<Version, 'model' | 'version' | 'aliases'>
}) {
  const may = useMay(project, 'models:promote')
  const queries = useQueryClient()
  const [alias, setAlias] = useState('')
  const refresh = () => queries.invalidateQueries({ queryKey: ['models', project] })
  const set = useMutation({
    mutationFn: (name: string) =>
      client.models.setAlias({
        params: { project, model: version.model, alias: name },
        body: { version: version.version },
      }),
    onSuccess: () => {
      setAlias('')
      return refresh()
    },
  })
  const remove = useMutation({
    mutationFn: (name: string) =>
      client.models.deleteAlias({ params: { project, model: version.model, alias: name } }),
    onSuccess: refresh,
  })
  return (
    <>
      <Group gap={6} mb={10}>
        {version.aliases.length === 0 ? <span className={design.muted}>None points here.</span> : null}
        {version.aliases.map((each) => (
          <Button
            key={each}
            size="compact-xs"
            variant="default"
            disabled={!may}
            onClick={() => remove.mutate(each)}
            aria-label={`Remove alias ${each}`}
          >
            {each} ×
          </Button>
        ))}
      </Group>
      {may ? (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            set.mutate(alias.trim())
          }}
        >
          <Group gap={8}>
            <TextInput
              size="xs"
              aria-label="New alias"
              placeholder="champion"
              value={alias}
              onChange={(event) => setAlias(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" disabled={alias.trim() === ''} loading={set.isPending}>
              Point here
            </Button>
          </Group>
        </form>
      ) : null}
      {set.error || remove.error ? <Failure error={set.error ?? remove.error} /> : null}
    </>
  )
}
