import { useQuery } from '@tanstack/react-query'
import { compareQuery } from '../../api/queries.ts'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Notice } from '../../design/notice.tsx'
import { Columns, Panel } from '../../design/panel.tsx'
import { Table } from '../../design/table.tsx'
import { bytes, namedMetric } from '../../format/number.ts'
import { Differences } from './differences.tsx'

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
  const names = [`v${data.a.version}`, `v${data.b.version}`] as const
  return (
    <>
      <Notice
        tone={data.signature.compatible ? 'ok' : 'warn'}
        icon={data.signature.compatible ? 'check' : 'warning'}
      >
        {data.signature.compatible
          ? `Callers of ${names[0]} can call ${names[1]} unchanged.`
          : `Callers of ${names[0]} can not call ${names[1]} unchanged: ${data.signature.reasons.join('; ')}.`}
        {data.signature.notes.length === 0 ? null : ` Besides: ${data.signature.notes.join('; ')}.`}
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
                  label: names[0],
                  align: 'right',
                  cell: (row) => (row.a === null ? '–' : namedMetric(row.key, row.a)),
                },
                {
                  label: names[1],
                  align: 'right',
                  cell: (row) => (row.b === null ? '–' : namedMetric(row.key, row.b)),
                },
                { label: 'Change', align: 'right', cell: (row) => changeOf(row.a, row.b) },
              ]}
            />
          )}
        </Panel>
        <Differences title="Parameters" what="Parameter" names={names} rows={data.params} />
        <Differences title="Data" what="Dataset version" names={names} rows={data.data} />
        <Differences title="Environment" what="Package" names={names} rows={data.environment} />
        <Differences title="Code" what="Source" names={names} rows={data.code} />
        <Differences title="Tags" what="Tag" names={names} rows={data.tags} />
        <Differences
          title="Files"
          what="Path"
          names={names}
          rows={data.files.map((file) => ({ key: file.path, a: sideOf(file.a), b: sideOf(file.b) }))}
          span={null}
        />
      </Columns>
    </>
  )
}

function changeOf(a: number | null, b: number | null): string {
  if (a === null || b === null) return '–'
  const change = b - a
  return `${change > 0 ? '+' : change < 0 ? '−' : ''}${Math.abs(change).toPrecision(3)}`
}

function sideOf(file: { digest: string; size: number } | null): string | null {
  return file === null ? null : `${file.digest.slice(0, 12)} · ${bytes(file.size)}`
}
