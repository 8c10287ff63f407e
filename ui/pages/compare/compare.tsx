import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { CopyLink } from '../../design/copy-link.tsx'
import tabs from '../../design/design.module.css'
import { Empty, Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Go } from '../../design/go.tsx'
import { Notice } from '../../design/notice.tsx'
import { Page } from '../../design/page.tsx'
import { plural } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { choiceOf } from './choice.ts'
import { CodeDiff } from './code-diff.tsx'
import { CurvesTab } from './curves-tab.tsx'
import { DetailsTab } from './details-tab.tsx'
import { FilesDiff } from './files-diff.tsx'
import { PairTab } from './pair-tab.tsx'
import { ImportanceTab, ParallelPanel, PlanePanel } from './pictures.tsx'
import { idsOf, useRuns } from './use-runs.ts'
import { variablesOf } from './variable.ts'

const route = getRouteApi('/signed-in/projects/$project/compare')
const parts = [
  ['parallel', 'Parallel'],
  ['scatter', 'Scatter'],
  ['contour', 'Contour'],
  ['curves', 'Curves'],
  ['importance', 'Importance'],
  ['details', 'Differences'],
  ['code', 'Code'],
  ['files', 'Files'],
] as const

/** Several runs side by side. All that was chosen stands in the URL, so that the page is shared by its link. */
export function ComparePage() {
  const { project } = route.useParams()
  const search = route.useSearch()
  const navigate = useNavigate()
  const ids = useMemo(() => idsOf(search.runs), [search.runs])
  const { data: runs, error, refetch } = useRuns(project, ids)
  const variables = useMemo(() => variablesOf(runs ?? []), [runs])
  const choice = useMemo(() => choiceOf(variables, search), [variables, search])
  const { tab = 'parallel' } = search
  const change = (changed: object) =>
    void navigate({ to: paths.compare(project), search: { ...search, ...changed } as never, replace: true })
  const picture = { project, runs: runs ?? [], ...variables, choice, onChoose: change }
  return (
    <Page
      title="Compare runs"
      wide
      crumbs={[{ label: 'Runs', to: paths.runs(project) }]}
      lede={runs === undefined ? '' : plural(runs.length, 'run')}
      actions={<CopyLink />}
    >
      {ids.length < 2 ? (
        <Empty icon="runs" title="Choose runs first">
          Select two or more in the table of runs, then Compare.
        </Empty>
      ) : (
        <nav className={tabs.tabs} aria-label="Ways to compare">
          {parts.map(([key, label]) => (
            <Go
              key={key}
              to={paths.compare(project)}
              search={{ ...search, tab: key }}
              current={key === tab}
              replace
            >
              {label}
            </Go>
          ))}
        </nav>
      )}
      {error ? <Failure error={error} retry={() => void refetch()} /> : null}
      {runs !== undefined && runs.length < ids.length ? (
        <Notice tone="warn">
          {plural(ids.length - runs.length, 'run')} of the link can not be found: deleted, or of another
          project.
        </Notice>
      ) : null}
      {ids.length < 2 ? null : runs === undefined ? (
        error ? null : (
          <Nothing>Reading the runs…</Nothing>
        )
      ) : (
        <>
          {tab === 'parallel' ? (
            <ParallelPanel {...picture} onOnly={(kept) => change({ runs: kept.join(',') })} />
          ) : null}
          {tab === 'scatter' ? <PlanePanel {...picture} surface={false} /> : null}
          {tab === 'contour' ? <PlanePanel {...picture} surface /> : null}
          {tab === 'curves' ? (
            <CurvesTab project={project} runs={runs} search={search} onSearch={change} />
          ) : null}
          {tab === 'importance' ? <ImportanceTab {...picture} /> : null}
          {tab === 'details' ? (
            <DetailsTab
              project={project}
              runs={runs}
              all={search.all === 'yes'}
              onAll={(all) => change({ all: all ? 'yes' : undefined })}
            />
          ) : null}
          {tab === 'code' || tab === 'files' ? (
            <PairTab runs={runs} a={search.a} b={search.b} onPick={change}>
              {(a, b) =>
                tab === 'code' ? (
                  <CodeDiff project={project} a={a} b={b} />
                ) : (
                  <FilesDiff key={a.id + b.id} project={project} a={a} b={b} />
                )
              }
            </PairTab>
          ) : null}
        </>
      )}
    </Page>
  )
}
