import type { Evaluation } from '../../../src/contract/models.ts'
import { Nothing } from '../../design/empty.tsx'
import { Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { count, namedMetric } from '../../format/number.ts'

/** How a version did on each dataset, and on each slice of it. */
export function Evaluations({ evaluations }: { evaluations: readonly Evaluation[] }) {
  if (evaluations.length === 0) {
    return (
      <Panel title="Evaluations">
        <Nothing>Not evaluated yet.</Nothing>
      </Panel>
    )
  }
  return evaluations.map((evaluation) => <OnData key={evaluation.id} evaluation={evaluation} />)
}

interface Row {
  readonly part: string
  readonly rows: number | null
  readonly metrics: Readonly<Record<string, number>>
}

function OnData({ evaluation }: { evaluation: Evaluation }) {
  const metrics = Object.keys(evaluation.metrics).sort()
  const rows: Row[] = [
    { part: 'all', rows: null, metrics: evaluation.metrics },
    ...evaluation.slices.map((slice) => ({ ...slice, part: `${slice.by} = ${slice.value}` })),
  ]
  return (
    <Panel
      title={`On ${evaluation.dataset ?? 'unnamed data'}`}
      note={
        <>
          measured by {evaluation.source === 'platform' ? 'the platform' : 'a client'},{' '}
          <Ago at={evaluation.created_at} />
        </>
      }
      flush
    >
      <Table
        label={`Evaluation on ${evaluation.dataset ?? 'unnamed data'}`}
        rows={rows}
        rowKey={(row) => row.part}
        columns={[
          { label: 'Slice', cell: (row) => (row.rows === null ? <strong>{row.part}</strong> : row.part) },
          ...(evaluation.slices.length === 0
            ? []
            : [
                {
                  label: 'Rows',
                  align: 'right' as const,
                  cell: (row: Row) => (row.rows === null ? '' : count(row.rows)),
                },
              ]),
          ...metrics.map((metric) => ({
            label: metric,
            align: 'right' as const,
            cell: (row: Row) =>
              row.metrics[metric] === undefined ? '–' : namedMetric(metric, row.metrics[metric]),
          })),
        ]}
      />
    </Panel>
  )
}
