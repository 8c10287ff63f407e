import { Button, Group, Switch } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Hold } from '../../../src/contract/keeping.ts'
import { holdsQuery } from '../../api/keeping-queries.ts'
import { useMay } from '../../api/use-may.ts'
import design from '../../design/design.module.css'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { TextLink } from '../../design/go.tsx'
import { Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { heldThing } from './held-thing.ts'
import { PlaceHold, ReleaseHold } from './hold-dialog.tsx'

/** Legal holds: in force, and when one asks for them also those that were released. */
export function HoldsPanel({ project }: { project: string }) {
  const may = useMay(project, 'project:admin')
  const [past, setPast] = useState(false)
  const { data, error } = useQuery({ ...holdsQuery(project, past), placeholderData: keepPreviousData })
  const [placing, place] = useDisclosure(false)
  return (
    <Panel
      title="Legal holds"
      span={8}
      actions={
        <Group gap={14} wrap="nowrap">
          <Switch
            size="xs"
            label="Released too"
            checked={past}
            onChange={(event) => setPast(event.currentTarget.checked)}
          />
          {may ? (
            <Button size="compact-xs" variant="default" onClick={place.open}>
              Place…
            </Button>
          ) : null}
        </Group>
      }
      flush
    >
      {error ? <Failure error={error} /> : null}
      {data ? <Holds project={project} holds={data.holds} may={may} /> : null}
      <PlaceHold project={project} opened={placing} close={place.close} />
    </Panel>
  )
}

function Holds({ project, holds, may }: { project: string; holds: readonly Hold[]; may: boolean }) {
  const [chosen, setChosen] = useState<Hold>()
  const [releasing, release] = useDisclosure(false)
  if (holds.length === 0) return <Nothing>Nothing is held.</Nothing>
  return (
    <>
      <Table
        label="Legal holds"
        rows={holds}
        rowKey={(hold) => hold.id}
        columns={[
          { label: 'What', cell: (hold) => <Thing project={project} hold={hold} /> },
          { label: 'Reason', cell: reasonOf },
          { label: 'By', wide: true, cell: (hold) => hold.placed_by },
          { label: 'Since', wide: true, cell: (hold) => <Ago at={hold.placed_at} /> },
          {
            label: ' ',
            align: 'right',
            cell: (hold) =>
              may && hold.released_at === null ? (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={`Release ${hold.name}`}
                  onClick={() => {
                    setChosen(hold)
                    release.open()
                  }}
                >
                  Release…
                </Button>
              ) : null,
          },
        ]}
      />
      <ReleaseHold project={project} opened={releasing} close={release.close} hold={chosen} />
    </>
  )
}

function Thing({ project, hold }: { project: string; hold: Hold }) {
  const { kind, path, search } = heldThing(project, hold.of)
  return (
    <>
      <TextLink to={path} {...(search ? { search } : {})}>
        {hold.name}
      </TextLink>
      <br />
      <small className={design.muted}>{kind}</small>
    </>
  )
}

function reasonOf(hold: Hold) {
  if (hold.released_at === null) return hold.reason
  return (
    <>
      {hold.reason}
      <br />
      <small className={design.muted}>
        Released by {hold.released_by} <Ago at={hold.released_at} />: {hold.release_reason}
      </small>
    </>
  )
}
