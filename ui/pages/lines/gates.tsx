import type { Cycle, LineDetail } from '../../../src/contract/lines.ts'
import { Nothing } from '../../design/empty.tsx'
import { TextLink } from '../../design/go.tsx'
import { Icon } from '../../design/icons.tsx'
import { Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'
import { namedMetric } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import classes from './lines.module.css'

/** Whether the version of a cycle may serve: each gate with what was observed, and both versions on the same data. */
export function GatesPanel({ project, line, cycle }: { project: string; line: LineDetail; cycle: Cycle }) {
  const model = line.model?.name
  const names = [...new Set([...Object.keys(cycle.metrics), ...Object.keys(cycle.champion_metrics)])]
  return (
    <Panel
      span={5}
      flush
      title="Gates"
      note={
        cycle.model_version !== null && model ? (
          <TextLink
            to={paths.modelVersion(project, model, cycle.model_version)}
          >{`version ${cycle.model_version}`}</TextLink>
        ) : (
          'All must hold before a version may serve'
        )
      }
    >
      {cycle.gates.length === 0 ? (
        <Nothing>The gates are judged when training has ended.</Nothing>
      ) : (
        <ul className={classes.gates}>
          {cycle.gates.map((gate) => (
            <li key={gate.gate}>
              <span
                className={gate.passed ? classes.pass : waits(cycle, gate.kind) ? classes.wait : classes.fail}
              >
                <Icon name={gate.passed ? 'check' : waits(cycle, gate.kind) ? 'clock' : 'cross'} size={15} />
              </span>
              <span>
                {gate.gate}
                <small>{gate.message}</small>
              </span>
              <span
                className={gate.passed ? classes.pass : waits(cycle, gate.kind) ? classes.wait : classes.fail}
              >
                {gate.passed ? 'passed' : waits(cycle, gate.kind) ? 'waiting' : 'failed'}
              </span>
            </li>
          ))}
        </ul>
      )}
      {names.length === 0 ? null : (
        <Table
          label="Metrics of challenger and champion on the same data"
          rows={names}
          rowKey={(name) => name}
          columns={[
            { label: 'On the same data', cell: (name) => name },
            { label: 'Challenger', align: 'right', cell: (name) => shown(name, cycle.metrics[name]) },
            { label: 'Champion', align: 'right', cell: (name) => shown(name, cycle.champion_metrics[name]) },
          ]}
        />
      )}
    </Panel>
  )
}

function waits(cycle: Cycle, kind: string): boolean {
  return kind === 'approvals' && cycle.state === 'awaiting_approval'
}

function shown(name: string, value: number | undefined): string {
  return value === undefined ? '–' : namedMetric(name, value)
}
