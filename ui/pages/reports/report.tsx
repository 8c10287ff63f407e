import { Button, Select } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { Report } from '../../../src/contract/reports.ts'
import { client } from '../../api/client.ts'
import { reportQuery, reportVersionsQuery } from '../../api/note-queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Confirm } from '../../design/confirm.tsx'
import { CopyLink } from '../../design/copy-link.tsx'
import { Notice } from '../../design/notice.tsx'
import { Page } from '../../design/page.tsx'
import { Ago } from '../../design/time.tsx'
import { paths } from '../../paths.ts'
import { Comments } from '../notes/comments.tsx'
import { BlockView } from './block-view.tsx'
import { Editor } from './editor.tsx'
import classes from './reports.module.css'

const route = getRouteApi('/signed-in/projects/$project/reports/$report')

/** One report, to be read or to be written. */
export function ReportPage() {
  const { project, report: id } = route.useParams()
  const { edit, version } = route.useSearch()
  const { data: report } = useSuspenseQuery(reportQuery(project, id, version))
  const navigate = useNavigate()
  const may = useMay(project, 'notes:write')
  const go = (search: object) =>
    void navigate({ to: paths.report(project, id), search: search as never, replace: true })
  if (edit === 'yes' && may) return <Editor project={project} report={report} onDone={() => go({})} />
  return (
    <Page
      title={report.title}
      crumbs={[{ label: 'Reports', to: paths.reports(project) }]}
      lede={
        <>
          Version {report.version} by {report.updated_by}, <Ago at={report.updated_at} />
        </>
      }
      actions={
        <>
          <Versions
            project={project}
            report={report}
            chosen={version}
            onVersion={(chosen) => go({ version: chosen })}
          />
          <CopyLink />
          {may && version === undefined ? (
            <>
              <Button variant="default" onClick={() => go({ edit: 'yes' })}>
                Edit
              </Button>
              <Remove project={project} report={report} />
            </>
          ) : null}
        </>
      }
    >
      {version === undefined ? null : (
        <Notice tone="quiet" icon="clock">
          This is how the report was. Its charts show the runs of now.
        </Notice>
      )}
      <article className={classes.report}>
        {report.blocks.map((block, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no identity but their place.
          <BlockView key={index} project={project} block={block} />
        ))}
      </article>
      <Comments project={project} subject={{ type: 'report', id }} />
    </Page>
  )
}

function Versions(props: {
  project: string
  report: Report
  chosen: number | undefined
  onVersion: (version: number | undefined) => void
}) {
  const { data } = useQuery(reportVersionsQuery(props.project, props.report.id))
  const versions = data?.versions ?? []
  if (versions.length < 2) return null
  return (
    <Select
      size="xs"
      w={180}
      aria-label="Version"
      data={versions.map((one, index) => ({
        value: String(one.version),
        label: `v${one.version} by ${one.created_by}${index === 0 ? ' (now)' : ''}`,
      }))}
      value={String(props.report.version)}
      onChange={(value) =>
        props.onVersion(value === String(versions[0]?.version) || value === null ? undefined : Number(value))
      }
    />
  )
}

function Remove({ project, report }: { project: string; report: Report }) {
  const [opened, { open, close }] = useDisclosure(false)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => client.reports.delete({ params: { project, report: report.id } }),
    onSuccess: async () => {
      await navigate({ to: paths.reports(project) })
      await queries.invalidateQueries({ queryKey: ['reports', project] })
    },
  })
  return (
    <>
      <Button variant="default" color="red" onClick={open}>
        Delete…
      </Button>
      <Confirm
        opened={opened}
        close={close}
        title={`Delete “${report.title}”?`}
        action="Delete"
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        All its versions and comments go with it.
      </Confirm>
    </>
  )
}
