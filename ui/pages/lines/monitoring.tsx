import { useQuery } from '@tanstack/react-query'
import type { LineDetail } from '../../../src/contract/lines.ts'
import { lineMonitorsQuery } from '../../api/queries.ts'
import type { Mark } from '../../design/chart/picture.ts'
import { Nothing } from '../../design/empty.tsx'
import { Notice } from '../../design/notice.tsx'
import { Columns, Panel } from '../../design/panel.tsx'
import { DriftPanel } from '../monitoring/drift-panel.tsx'
import { PerformancePanel } from '../monitoring/performance-panel.tsx'

/** When each version began to serve all traffic. */
function versionMarks(line: LineDetail): Mark[] {
  return line.cycles.flatMap((cycle) =>
    cycle.state === 'completed' && cycle.ended_at !== null && cycle.model_version !== null
      ? [{ at: Date.parse(cycle.ended_at) / 1000, label: `v${cycle.model_version}` }]
      : [],
  )
}

/** How good the model still is, and how far what it sees has moved from what it learned on. */
export function MonitoringPanels({ project, line }: { project: string; line: LineDetail }) {
  const { data } = useQuery(lineMonitorsQuery(project, line.id))
  const monitor = data?.monitors[0]
  const marks = versionMarks(line)
  if (monitor === undefined) {
    return (
      <Panel title="Monitoring">
        <Nothing>
          {line.spec.monitor
            ? 'Windows appear here as soon as the first version serves and predictions come in.'
            : 'The line file has no monitor section, so drift and accuracy are not watched.'}
        </Nothing>
      </Panel>
    )
  }
  return (
    <>
      {monitor.error ? (
        <Notice tone="bad">
          <strong>Monitoring is stuck:</strong> {monitor.error}
        </Notice>
      ) : null}
      <Columns>
        <PerformancePanel project={project} monitor={monitor} group="line" marks={marks} />
        <DriftPanel project={project} monitor={monitor} group="line" marks={marks} />
      </Columns>
    </>
  )
}
