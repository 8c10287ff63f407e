import { Button } from '@mantine/core'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { client } from '../../api/client.ts'
import { reportsQuery } from '../../api/note-queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Empty } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { paths } from '../../paths.ts'

const route = getRouteApi('/signed-in/projects/$project/reports')

export function ReportsPage() {
  const { project } = route.useParams()
  const { data } = useSuspenseQuery(reportsQuery(project))
  const may = useMay(project, 'notes:write')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const create = useMutation({
    mutationFn: () =>
      client.reports.create({
        params: { project },
        body: { title: 'Untitled report', blocks: [{ kind: 'markdown', text: '' }] },
      }),
    onSuccess: async (report) => {
      await queries.invalidateQueries({ queryKey: ['reports', project] })
      await navigate({ to: paths.report(project, report.id), search: { edit: 'yes' } as never })
    },
  })
  return (
    <Page
      title="Reports"
      lede="Text and live charts in one page, shared by its link."
      actions={
        may ? (
          <Button loading={create.isPending} onClick={() => create.mutate()}>
            New report
          </Button>
        ) : null
      }
    >
      {create.error ? <Failure error={create.error} /> : null}
      {data.reports.length === 0 ? (
        <Empty icon="report" title="No report yet">
          What a series of experiments has shown: text, curves, tables and comparisons that stay up to date.
        </Empty>
      ) : (
        <Panel flush>
          <Table
            label="Reports"
            linked
            rows={data.reports}
            rowKey={(report) => report.id}
            columns={[
              {
                label: 'Title',
                cell: (report) => <RowLink to={paths.report(project, report.id)}>{report.title}</RowLink>,
              },
              { label: 'By', wide: true, cell: (report) => report.created_by },
              { label: 'Version', align: 'right', cell: (report) => String(report.version) },
              { label: 'Changed by', wide: true, cell: (report) => report.updated_by },
              { label: 'Changed', align: 'right', cell: (report) => <Ago at={report.updated_at} /> },
            ]}
          />
        </Panel>
      )}
    </Page>
  )
}
