import { useSuspenseQuery } from '@tanstack/react-query'
import type { CheckResult } from '../../../src/contract/data.ts'
import { datasetChecksQuery } from '../../api/queries.ts'
import { Empty } from '../../design/empty.tsx'
import { Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { plural } from '../../format/number.ts'

/** The reports of the checks that ran on this version, newest first. */
export function ChecksTab({
  project,
  dataset,
  version,
}: {
  project: string
  dataset: string
  version: string
}) {
  const { data } = useSuspenseQuery(datasetChecksQuery(project, dataset, version))
  if (data.reports.length === 0) {
    return (
      <Empty
        icon="check"
        title="No checks have run on this version"
        command={`slipway data check ${dataset} checks.yaml`}
      >
        A line runs the checks of its file before each training and stops when a critical one fails. By hand:
      </Empty>
    )
  }
  return data.reports.map((report) => (
    <Panel
      key={report.id}
      title={`${plural(report.results.length, 'check')} by ${report.by}`}
      note={<Ago at={report.created_at} />}
      actions={<Badge tone={report.passed ? 'ok' : 'bad'}>{report.passed ? 'passed' : 'failed'}</Badge>}
      flush
    >
      <Table
        label="Checks"
        rows={[...report.results].sort((a, b) => Number(a.passed) - Number(b.passed))}
        rowKey={(result) => result.check}
        columns={[
          { label: 'Check', cell: (result) => result.check },
          { label: 'Result', cell: (result) => <Result result={result} /> },
          { label: 'Observed', align: 'right', cell: (result) => String(result.observed ?? '–') },
          { label: 'What it says', wide: true, cell: (result) => result.message },
        ]}
      />
    </Panel>
  ))
}

function Result({ result }: { result: CheckResult }) {
  if (result.passed) return <Badge tone="ok">passed</Badge>
  return result.severity === 'critical' ? (
    <Badge tone="bad">failed</Badge>
  ) : (
    <Badge tone="warn">warning</Badge>
  )
}
