import type { Deployment } from '../../../src/contract/deployments.ts'
import design from '../../design/design.module.css'
import { Nothing } from '../../design/empty.tsx'
import { Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'

/** The processes that answer, and whether they serve by the newest weights. */
export function ModelServersPanel({ deployment }: { deployment: Deployment }) {
  return (
    <Panel title="Model servers" flush>
      {deployment.model_servers.length === 0 ? (
        <Nothing>No model server has reported yet.</Nothing>
      ) : (
        <Table
          label="Model servers"
          rows={deployment.model_servers}
          rowKey={(server) => server.id}
          columns={[
            { label: 'Server', cell: (server) => <span className={design.mono}>{server.id}</span> },
            {
              label: 'State',
              cell: (server) =>
                server.live ? (
                  <Badge tone={server.current ? 'ok' : 'live'}>
                    {server.current ? 'current' : 'catching up'}
                  </Badge>
                ) : (
                  <Badge tone="bad">gone</Badge>
                ),
            },
            { label: 'Snapshot', align: 'right', cell: (server) => server.snapshot_version },
            { label: 'Reported', align: 'right', cell: (server) => <Ago at={server.reported_at} /> },
          ]}
        />
      )}
    </Panel>
  )
}
