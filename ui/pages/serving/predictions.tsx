import { useQuery } from '@tanstack/react-query'
import type { Deployment } from '../../../src/contract/deployments.ts'
import type { Prediction } from '../../../src/contract/predictions.ts'
import { coverageQuery, predictionsQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import design from '../../design/design.module.css'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'
import { Clock } from '../../design/time.tsx'
import { milliseconds, percent } from '../../format/number.ts'
import { cellText } from '../data/cell.ts'

/** The newest answers with their labels. They hold people's data, so not everyone may read them. */
export function PredictionsPanel({ project, deployment }: { project: string; deployment: Deployment }) {
  const may = useMay(project, 'predictions:read')
  const { data, error } = useQuery({ ...predictionsQuery(project, deployment.name), enabled: may })
  const coverage = useQuery({ ...coverageQuery(project, deployment.name), enabled: may })
  if (!may) return null
  const share = coverage.data?.total.share
  return (
    <Panel
      title="Recent predictions"
      note={
        share === undefined || share === null
          ? 'They can be read here some seconds after the answer'
          : `${percent(share, 0)} of the last day have a label`
      }
      flush
    >
      {error ? <Failure error={error} /> : null}
      {data === undefined && !error ? <Nothing>Loading…</Nothing> : null}
      {data && data.predictions.length === 0 ? <Nothing>No prediction can be read yet.</Nothing> : null}
      {data && data.predictions.length > 0 ? <Rows predictions={data.predictions} /> : null}
    </Panel>
  )
}

function Rows({ predictions }: { predictions: readonly Prediction[] }) {
  return (
    <Table
      label="Recent predictions"
      rows={predictions}
      rowKey={(each) => `${each.id} ${each.row}`}
      columns={[
        { label: 'Time', cell: (each) => <Clock at={each.time} /> },
        { label: 'Revision', align: 'right', cell: (each) => each.revision },
        { label: 'Answer', cell: (each) => answerOf(each.outputs) },
        { label: 'Label', cell: (each) => <Label prediction={each} /> },
        {
          label: 'Inputs',
          wide: true,
          cell: (each) => <span className={design.muted}>{inputsOf(each.inputs)}</span>,
        },
        {
          label: 'Took',
          align: 'right',
          wide: true,
          cell: (each) => (each.latency_us === null ? '–' : milliseconds(each.latency_us / 1000)),
        },
        {
          label: 'Id',
          wide: true,
          cell: (each) => (
            <span className={`${design.mono} ${design.muted}`} title={each.id}>
              {each.id.slice(-12)}
            </span>
          ),
        },
      ]}
    />
  )
}

/** What turned out to be true; in colour where the model had answered otherwise. */
function Label({ prediction }: { prediction: Prediction }) {
  const { label, outputs } = prediction
  if (label === undefined) return <span className={design.muted}>none yet</span>
  const right = Object.values(outputs).some((value) => String(value) === String(label.value))
  return (
    <span style={right ? undefined : { color: 'var(--bad-text)', fontWeight: 600 }}>
      {cellText(label.value)}
    </span>
  )
}

function answerOf(outputs: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(outputs).filter(([, value]) => typeof value !== 'object' || value === null)
  const [first, ...rest] = shown.length > 0 ? shown : Object.entries(outputs)
  if (first === undefined) return '–'
  return rest.length === 0
    ? cellText(first[1])
    : [first, ...rest.slice(0, 2)].map(([name, value]) => `${name} ${cellText(value)}`).join(', ')
}

function inputsOf(inputs: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(inputs)
  const text = entries
    .slice(0, 5)
    .map(([name, value]) => `${name} ${cellText(value)}`)
    .join(', ')
  return entries.length > 5 ? `${text} … (${entries.length})` : text
}
