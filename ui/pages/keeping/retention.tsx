import { Button, NumberInput, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Retention } from '../../../src/contract/keeping.ts'
import { client } from '../../api/client.ts'
import { retentionQuery } from '../../api/keeping-queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Confirm } from '../../design/confirm.tsx'
import { Facts } from '../../design/facts.tsx'
import { Failure } from '../../design/failure.tsx'
import { Panel } from '../../design/panel.tsx'
import { plural } from '../../format/number.ts'

const forEver = Number.POSITIVE_INFINITY
const rules = [
  ['deleted_days', 'Deleted runs, models and experiments', 'after they were deleted', 0],
  ['artifacts_days', 'Files of runs', 'after the run has ended', 1],
  ['traces_days', 'Traces', 'after they began', 1],
] as const

export function RetentionPanel({ project }: { project: string }) {
  const { data } = useSuspenseQuery(retentionQuery(project))
  const may = useMay(project, 'project:admin')
  return (
    <Panel title="What is kept" span={4}>
      {may ? (
        <RetentionForm key={JSON.stringify(data)} project={project} kept={data} />
      ) : (
        <Rules kept={data} />
      )}
    </Panel>
  )
}

function Rules({ kept }: { kept: Retention }) {
  return (
    <Facts
      facts={rules.map(([name, label, since]) => {
        const days = kept[name]
        return [label, days === null ? 'for ever' : `${plural(days, 'day')} ${since}`] as const
      })}
    />
  )
}

/** An empty field is for ever. */
function RetentionForm({ project, kept }: { project: string; kept: Retention }) {
  const [draft, setDraft] = useState(kept)
  const [asking, ask] = useDisclosure(false)
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: () => client.retention.set({ params: { project }, body: draft }),
    onSuccess: (saved) => {
      ask.close()
      queries.setQueryData(retentionQuery(project).queryKey, saved)
    },
  })
  const shorter = rules.filter(([name]) => (draft[name] ?? forEver) < (kept[name] ?? forEver))
  const same = rules.every(([name]) => draft[name] === kept[name])
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (shorter.length > 0) ask.open()
          else save.mutate()
        }}
      >
        <Stack gap={10}>
          {rules.map(([name, label, since, least]) => (
            <NumberInput
              key={name}
              size="xs"
              label={label}
              description={draft[name] === null ? 'Kept for ever' : `Days ${since}; empty is for ever`}
              placeholder="for ever"
              min={least}
              max={36_500}
              clampBehavior="strict"
              allowDecimal={false}
              allowNegative={false}
              value={draft[name] ?? ''}
              onChange={(days) => setDraft({ ...draft, [name]: typeof days === 'number' ? days : null })}
            />
          ))}
          {save.error && !asking ? <Failure error={save.error} /> : null}
          <div>
            <Button type="submit" disabled={same} loading={save.isPending}>
              Save
            </Button>
          </div>
        </Stack>
      </form>
      <Confirm
        opened={asking}
        close={ask.close}
        title="Keep less?"
        action="Keep less"
        danger
        busy={save.isPending}
        error={save.error}
        onConfirm={() => save.mutate()}
      >
        What is older than that is removed for good, unless it is held:
        {shorter.map(([name, label, since]) => (
          <p key={name}>
            {label}: {plural(draft[name] ?? 0, 'day')} {since}.
          </p>
        ))}
      </Confirm>
    </>
  )
}
