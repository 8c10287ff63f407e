import type { Deployment } from '../../../src/contract/deployments.ts'
import { revisionColour } from '../../design/chart/series.ts'
import design from '../../design/design.module.css'
import { Nothing } from '../../design/empty.tsx'
import { TextLink } from '../../design/go.tsx'
import { Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { toneOf } from '../../design/tones.ts'
import { paths } from '../../paths.ts'

/** Everything that was ever deployed here, with its share of traffic now. */
export function RevisionsPanel({ project, deployment }: { project: string; deployment: Deployment }) {
  return (
    <Panel title="Revisions" flush>
      {deployment.revisions.length === 0 ? (
        <Nothing>None yet.</Nothing>
      ) : (
        <Table
          label="Revisions"
          rows={deployment.revisions}
          rowKey={(revision) => String(revision.number)}
          columns={[
            {
              label: 'Revision',
              cell: ({ number }) => (
                <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
                  <span
                    style={{
                      width: 9,
                      height: 9,
                      borderRadius: 3,
                      background: `var(${revisionColour(number)})`,
                    }}
                  />
                  {number}
                </span>
              ),
            },
            {
              label: 'Model',
              cell: ({ model }) =>
                model ? (
                  <TextLink
                    to={paths.modelVersion(project, model.name, model.version)}
                  >{`${model.name} v${model.version}`}</TextLink>
                ) : (
                  'no longer registered'
                ),
            },
            { label: 'Traffic', align: 'right', cell: ({ weight }) => `${weight} %` },
            {
              label: 'State',
              cell: ({ state, state_error, weight }) => (
                <Badge
                  tone={state === 'unseen' && weight === 0 ? 'quiet' : toneOf(state)}
                  why={state_error ?? undefined}
                >
                  {state === 'unseen' ? 'not loaded' : state}
                </Badge>
              ),
            },
            {
              label: 'Content',
              wide: true,
              cell: ({ digest }) => (
                <span className={`${design.mono} ${design.muted}`}>{digest.slice(0, 12)}</span>
              ),
            },
            { label: 'Created', align: 'right', cell: ({ created_at }) => <Ago at={created_at} /> },
          ]}
        />
      )}
    </Panel>
  )
}
