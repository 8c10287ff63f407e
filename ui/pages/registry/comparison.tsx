import { useQuery } from '@tanstack/react-query'
import { compareQuery } from '../../api/queries.ts'
import design from '../../design/design.module.css'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Notice } from '../../design/notice.tsx'
import { Columns, Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'
import { namedMetric } from '../../format/number.ts'

/** Two versions side by side: what differs, and whether callers of one can call the other. */
export function Comparison({
  project,
  model,
  a,
  b,
}: {
  project: string
  model: string
  a: string
  b: string
}) {
  const { data, error } = useQuery(compareQuery(project, model, a, b))
  if (error) return <Failure error={error} />
  if (data === undefined) return <Nothing>Comparing…</Nothing>
  const differing = [...data.params, ...data.tags, ...data.files]
  return (
    <>
      <Notice
        tone={data.signature.compatible ? 'ok' : 'warn'}
        icon={data.signature.compatible ? 'check' : 'warning'}
      >
        {data.signature.compatible
          ? `Callers of v${a} can call v${b} unchanged.`
          : `Callers of v${a} can not call v${b} unchanged: ${data.signature.reasons.join('; ')}`}
      </Notice>
      <Columns>
        <Panel title="Metrics" span={6} flush>
          {data.metrics.length === 0 ? (
            <Nothing>Neither has metrics.</Nothing>
          ) : (
            <Table
              label="Metrics of both versions"
              rows={data.metrics}
              rowKey={(row) => row.key}
              columns={[
                { label: 'Metric', cell: (row) => row.key },
                {
                  label: `v${a}`,
                  align: 'right',
                  cell: (row) => (row.a === null ? '–' : namedMetric(row.key, row.a)),
                },
                {
                  label: `v${b}`,
                  align: 'right',
                  cell: (row) => (row.b === null ? '–' : namedMetric(row.key, row.b)),
                },
                { label: 'Change', align: 'right', cell: (row) => changeOf(row.a, row.b) },
              ]}
            />
          )}
        </Panel>
        <Panel title="What differs" note="Parameters, tags and files" span={6} flush>
          {differing.length === 0 ? (
            <Nothing>Nothing.</Nothing>
          ) : (
            <Table
              label="What differs"
              rows={differing}
              rowKey={(row) => row.key}
              columns={[
                { label: 'What', cell: (row) => row.key },
                { label: `v${a}`, cell: (row) => <span className={design.mono}>{short(row.a)}</span> },
                { label: `v${b}`, cell: (row) => <span className={design.mono}>{short(row.b)}</span> },
              ]}
            />
          )}
        </Panel>
      </Columns>
    </>
  )
}

function changeOf(a: number | null, b: number | null): string {
  if (a === null || b === null) return '–'
  const change = b - a
  return `${change > 0 ? '+' : change < 0 ? '−' : ''}${Math.abs(change).toPrecision(3)}`
}

function short(value: string | null): string {
  if (value === null) return '–'
  return value.length > 40 ? `${value.slice(0, 16)}…` : value
}
