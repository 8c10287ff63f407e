import { Button, Group, TextInput } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { AuditEntry } from '../../../src/contract/audit.ts'
import { auditQuery } from '../../api/queries.ts'
import design from '../../design/design.module.css'
import { Nothing } from '../../design/empty.tsx'
import { Page } from '../../design/page.tsx'
import { Pager } from '../../design/pager.tsx'
import { Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'
import { At } from '../../design/time.tsx'
import { paths } from '../../paths.ts'
import { told } from '../lines/evidence.ts'

const route = getRouteApi('/signed-in/projects/$project/audit')

/** Every change in the project: who, what, when. */
export function AuditPage() {
  const { project } = route.useParams()
  const search = route.useSearch()
  const navigate = useNavigate()
  const { data } = useSuspenseQuery(auditQuery(project, search))
  return (
    <Page
      title="Audit log"
      lede="Every change in this project. An entry is written in the same transaction as the change itself."
    >
      <form
        key={`${search.action ?? ''} ${search.actor ?? ''}`}
        onSubmit={(event) => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          const filled = Object.fromEntries([...form].filter(([, value]) => value !== ''))
          void navigate({ to: paths.audit(project), search: filled as never })
        }}
      >
        <Group gap={8} align="flex-end">
          <TextInput
            size="xs"
            name="action"
            label="Action"
            placeholder="deployment."
            defaultValue={search.action ?? ''}
          />
          <TextInput
            size="xs"
            name="actor"
            label="Who"
            placeholder="name or id"
            defaultValue={search.actor ?? ''}
          />
          <Button type="submit" variant="default">
            Filter
          </Button>
        </Group>
      </form>
      <Panel flush>
        {data.entries.length === 0 ? <Nothing>Nothing matches.</Nothing> : <Entries entries={data.entries} />}
      </Panel>
      <Pager to={paths.audit(project)} search={search} next={data.next} />
    </Page>
  )
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <Table
      label="Audit entries"
      rows={entries}
      rowKey={(entry) => String(entry.id)}
      columns={[
        { label: 'When', cell: (entry) => <At at={entry.at} /> },
        {
          label: 'Who',
          cell: (entry) => (
            <span style={{ whiteSpace: 'nowrap' }} title={entry.actor.id}>
              {shortActor(entry.actor.name)}
              {entry.actor.kind === 'user' ? null : (
                <span className={design.muted}> ({entry.actor.kind})</span>
              )}
            </span>
          ),
        },
        { label: 'Action', cell: (entry) => <span className={design.mono}>{entry.action}</span> },
        {
          label: 'On',
          wide: true,
          cell: (entry) => (
            <span style={{ whiteSpace: 'nowrap' }} title={entry.subject_id}>
              {entry.subject_type.replaceAll('_', ' ')}{' '}
              <span className={`${design.mono} ${design.muted}`}>{shortId(entry.subject_id)}</span>
            </span>
          ),
        },
        { label: 'Details', cell: (entry) => <Details entry={entry} /> },
      ]}
    />
  )
}

/** The end of an id, which is its random part; names as they are. */
function shortId(id: string): string {
  return /^[0-9a-f-]{32,36}$/.test(id) ? `…${id.slice(-8)}` : id
}

/** `job 0197…`: the kind and the end of the id. */
function shortActor(name: string): string {
  return name.split(' ').map(shortId).join(' ')
}

function Details({ entry }: { entry: AuditEntry }) {
  const text = told(entry.details)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ')
  return (
    <span
      className={design.muted}
      title={text}
      style={{
        display: 'block',
        maxWidth: 420,
        overflow: 'hidden',
        textOverflow: 'ellipsis',
        whiteSpace: 'nowrap',
      }}
    >
      {text || '–'}
    </span>
  )
}
