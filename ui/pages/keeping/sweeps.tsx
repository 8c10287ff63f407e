import { Button, Group } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import type { Sweep } from '../../../src/contract/keeping.ts'
import { client } from '../../api/client.ts'
import { sweepsQuery } from '../../api/keeping-queries.ts'
import { Confirm } from '../../design/confirm.tsx'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { bytes, plural } from '../../format/number.ts'

/** Passes of the garbage collector, which is the whole platform's: only its administrators see them. */
export function SweepsPanel() {
  const { data } = useSuspenseQuery(sweepsQuery())
  const [asking, ask] = useDisclosure(false)
  const queries = useQueryClient()
  const start = useMutation({
    mutationFn: (dryRun: boolean) => client.sweeps.start({ body: { dry_run: dryRun } }),
    onSuccess: () => {
      ask.close()
      return queries.invalidateQueries({ queryKey: ['sweeps'] })
    },
  })
  const running = data.sweeps.some((sweep) => sweep.state === 'running')
  const actions = (
    <Group gap={8} wrap="nowrap">
      <Button
        size="compact-xs"
        variant="default"
        disabled={running}
        loading={start.isPending && start.variables}
        onClick={() => start.mutate(true)}
      >
        Dry run
      </Button>
      <Button size="compact-xs" disabled={running} onClick={ask.open}>
        Sweep…
      </Button>
    </Group>
  )
  return (
    <Panel title="Sweeps" note="Of all projects" actions={actions} flush>
      {start.error && !asking ? <Failure error={start.error} /> : null}
      <Sweeps sweeps={data.sweeps} />
      <Confirm
        opened={asking}
        close={ask.close}
        title="Free what nothing refers to?"
        action="Sweep"
        busy={start.isPending}
        error={start.error}
        onConfirm={() => start.mutate(false)}
      >
        Files of all projects that nothing names, and that nothing has named for{' '}
        {plural(data.grace_hours, 'hour')}, are removed for good. A dry run says how much that is. A sweep
        also runs by itself each night.
      </Confirm>
    </Panel>
  )
}

const tones = { running: 'live', done: 'ok', failed: 'bad' } as const

function Sweeps({ sweeps }: { sweeps: readonly Sweep[] }) {
  if (sweeps.length === 0) return <Nothing>No sweep yet.</Nothing>
  return (
    <Table
      label="Sweeps"
      rows={sweeps}
      rowKey={(sweep) => sweep.id}
      columns={[
        { label: 'When', cell: (sweep) => <Ago at={sweep.started_at} /> },
        {
          label: 'State',
          cell: (sweep) => (
            <Badge tone={tones[sweep.state]} why={sweep.error ?? undefined}>
              {sweep.state}
            </Badge>
          ),
        },
        { label: 'By', wide: true, cell: (sweep) => sweep.by },
        { label: 'Stored', align: 'right', wide: true, cell: (sweep) => amount(sweep, sweep.stored) },
        { label: 'Garbage', align: 'right', wide: true, cell: (sweep) => amount(sweep, sweep.garbage) },
        { label: 'Freed', align: 'right', cell: freed },
        {
          label: 'Missing',
          align: 'right',
          wide: true,
          cell: ({ missing }) =>
            missing.length === 0 ? (
              '–'
            ) : (
              <span title={missing.join('\n')}>
                <Badge tone="bad">{plural(missing.length, 'file')}</Badge>
              </span>
            ),
        },
      ]}
    />
  )
}

function freed(sweep: Sweep): string {
  const text = amount(sweep, sweep.freed)
  return sweep.dry_run && sweep.state === 'done' ? `would free ${text}` : text
}

function amount({ state }: Sweep, { blobs, bytes: size }: Sweep['stored']): string {
  return state === 'done' ? `${bytes(size)} in ${plural(blobs, 'file')}` : '–'
}
