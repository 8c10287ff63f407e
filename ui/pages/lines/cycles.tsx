import type { LineDetail } from '../../../src/contract/lines.ts'
import design from '../../design/design.module.css'
import { Nothing } from '../../design/empty.tsx'
import { Go, TextLink } from '../../design/go.tsx'
import { Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago, Took } from '../../design/time.tsx'
import { capitalized, toneOf, words } from '../../design/tones.ts'
import { paths } from '../../paths.ts'

/** Every pass of the loop so far; choosing one shows its steps and gates above. */
export function CyclesPanel(props: { project: string; line: LineDetail; shown: number | undefined }) {
  const { project, line } = props
  return (
    <Panel title="Cycles" note="Each pass of the loop, newest first" flush>
      {line.cycles.length === 0 ? (
        <Nothing>The first cycle starts when the dataset has its first version.</Nothing>
      ) : null}
      {line.cycles.length === 0 ? null : (
        <Table
          label="Cycles"
          rows={line.cycles}
          rowKey={(cycle) => cycle.id}
          columns={[
            {
              label: 'Cycle',
              cell: (cycle) => (
                <Go
                  to={paths.line(project, line.name)}
                  search={{ cycle: cycle.number }}
                  className={design.rowLink}
                  current={cycle.number === props.shown}
                >
                  {`${cycle.number}`}
                </Go>
              ),
            },
            {
              label: 'State',
              cell: (cycle) => <Badge tone={toneOf(cycle.state)}>{words(cycle.state)}</Badge>,
            },
            { label: 'Why', cell: (cycle) => capitalized(cycle.reason) },
            {
              label: 'Version',
              cell: (cycle) =>
                cycle.model_version !== null && line.model ? (
                  <TextLink
                    to={paths.modelVersion(project, line.model.name, cycle.model_version)}
                  >{`v${cycle.model_version}`}</TextLink>
                ) : (
                  '–'
                ),
            },
            { label: 'Outcome', wide: true, cell: (cycle) => cycle.outcome ?? '–' },
            {
              label: 'Took',
              align: 'right',
              wide: true,
              cell: (cycle) => <Took from={cycle.started_at} to={cycle.ended_at} />,
            },
            { label: 'Started', align: 'right', cell: (cycle) => <Ago at={cycle.started_at} /> },
          ]}
        />
      )}
    </Panel>
  )
}
