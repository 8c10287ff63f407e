import { Select, Switch } from '@mantine/core'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { base } from '../../api/client.ts'
import { experimentsQuery, runKeysQuery, type TableSearch } from '../../api/queries.ts'
import { Empty, Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Page } from '../../design/page.tsx'
import { count, plural } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { type Column, columnsOf, columnsText, defaultColumns, sortingOf } from './runs/columns.ts'
import { ColumnsMenu } from './runs/columns-menu.tsx'
import { FilterField } from './runs/filter-field.tsx'
import { GroupMenu } from './runs/group-menu.tsx'
import type { Grouping } from './runs/run-lines.ts'
import { RunTable } from './runs/run-table.tsx'
import classes from './runs/runs.module.css'
import { SelectionBar } from './runs/selection-bar.tsx'
import { useRunLines } from './runs/use-run-lines.ts'
import { useSelection } from './runs/use-selection.ts'
import { ViewsMenu } from './runs/views-menu.tsx'

const route = getRouteApi('/signed-in/projects/$project/runs')
const noKeys = { metrics: [], params: [], tags: [] }

/** Everything that was tried: any number of runs in one table, whose look stands in the URL. */
export function RunsPage() {
  const { project } = route.useParams()
  const { experiment, filter, order, columns: text, group, deleted } = route.useSearch()
  const navigate = useNavigate()
  const { data: all } = useSuspenseQuery(experimentsQuery(project))
  const keysAnswer = useQuery(runKeysQuery(project, experiment))
  const keys = keysAnswer.data ?? noKeys
  const experiments = useMemo(() => new Map(all.experiments.map((each) => [each.id, each.name])), [all])
  const columns = useMemo(
    () =>
      text === undefined
        ? defaultColumns(keys, experiment === undefined && all.experiments.length > 1)
        : columnsOf(text),
    [text, keys, experiment, all.experiments.length],
  )
  const search: TableSearch = {
    ...(experiment === undefined ? {} : { experiments: experiment.split(',') }),
    ...(filter === undefined ? {} : { filter }),
    ...(order === undefined ? {} : { order }),
    ...(deleted === undefined ? {} : { deleted: true }),
  }
  const grouping = groupingOf(group, search)
  const values = columns.filter((column) => column.kind !== 'attr').map((column) => column.name)
  // Until the keys have come, a table without them would be read for nothing.
  const ready = text !== undefined || keysAnswer.data !== undefined || keysAnswer.isError
  const view = useRunLines(project, search, grouping, ready ? [...values].sort() : undefined)
  const selection = useSelection(view.layout)
  const go = (change: Readonly<Record<string, string | undefined>>) =>
    void navigate({
      to: paths.runs(project),
      search: { experiment, filter, order, columns: text, group, deleted, ...change } as never,
      replace: true,
    })
  const onColumns = (next: readonly Column[] | undefined) => go({ columns: next && columnsText(next) })
  const searched = filter !== undefined || experiment !== undefined || deleted !== undefined
  const state = { experiment, filter, order, columns: text, group, deleted }
  return (
    <Page
      title="Runs"
      wide
      lede={<Totals total={view.total} running={view.running} />}
      actions={
        <>
          <ViewsMenu project={project} state={defined(state)} onView={(next) => go({ ...blank, ...next })} />
          <ColumnsMenu keys={keys} columns={columns} chosen={text !== undefined} onColumns={onColumns} />
        </>
      }
    >
      <div className={classes.search}>
        <Select
          label="Experiment"
          size="xs"
          w={190}
          clearable
          searchable
          placeholder="all"
          data={all.experiments.map((each) => ({
            value: each.id,
            label: `${each.name} (${count(each.runs)})`,
          }))}
          value={experiment ?? null}
          onChange={(value) => go({ experiment: value ?? undefined })}
        />
        <FilterField
          project={project}
          experiment={experiment}
          value={filter ?? ''}
          error={view.error}
          onFilter={(next) => go({ filter: next })}
        />
        <GroupMenu keys={keys} value={group} onGroup={(next) => go({ group: next })} />
        <Switch
          size="xs"
          label="Deleted"
          checked={deleted !== undefined}
          onChange={(event) => go({ deleted: event.currentTarget.checked ? 'yes' : undefined })}
        />
      </div>
      {view.error ? <Failure error={view.error} /> : null}
      <SelectionBar project={project} selection={selection} deleted={deleted !== undefined} />
      {view.empty && !searched ? <NoRun /> : null}
      {view.lines === undefined || view.layout === undefined || (view.empty && !searched) ? null : (
        <RunTable
          lines={view.lines}
          layout={view.layout}
          columns={columns}
          selection={selection}
          pulse={view.pulse}
          total={view.total}
          empty={view.empty ? <Nothing>No run matches.</Nothing> : null}
          header={{
            sorting: sortingOf(order),
            onSort: (next) => go({ order: next }),
            onColumns,
            onGroup: (name) => go({ group: name }),
          }}
          context={{
            project,
            experiments,
            nested: grouping === 'parent',
            groupName: (each) =>
              each.value === null
                ? `without ${labelOf(grouping)}`
                : grouping === 'experiment'
                  ? (experiments.get(each.value) ?? each.value)
                  : each.value,
            metrics: view.metrics,
            onToggleRun: (id) => view.lines?.toggleRun(id),
            onToggleGroup: (each) => view.lines?.toggleGroup(each),
          }}
        />
      )}
    </Page>
  )
}

const blank = {
  experiment: undefined,
  filter: undefined,
  order: undefined,
  columns: undefined,
  group: undefined,
  deleted: undefined,
}

function Totals({ total, running }: { total: number | undefined; running: number }) {
  if (total === undefined) return <>Counting…</>
  return (
    <>
      {plural(total, 'run')}
      {running > 0 ? `, ${count(running)} running` : ''}
    </>
  )
}

/** Children lie below their parents while nobody asks for anything else: a filter or an order speaks of every run. */
function groupingOf(group: string | undefined, search: TableSearch): Grouping {
  if (group === 'none' || group === 'parent' || group === 'experiment') return group
  if (group?.startsWith('params.') || group?.startsWith('tags.')) return group as Grouping
  return search.filter === undefined && search.order === undefined && search.deleted === undefined
    ? 'parent'
    : 'none'
}

function labelOf(grouping: Grouping): string {
  return grouping.slice(grouping.indexOf('.') + 1)
}

function defined(state: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(state).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}

function NoRun() {
  return (
    <Empty
      icon="runs"
      title="No run yet"
      command={`export MLFLOW_TRACKING_URI=${new URL(base, location.href).href.replace(/\/$/, '')}`}
    >
      Lines log a run for each training. Scripts and notebooks log by any MLflow client: point it here and
      change nothing else.
    </Empty>
  )
}
