import { useMemo } from 'react'
import type { Block } from '../../../src/contract/reports.ts'
import type { Run } from '../../../src/contract/runs.ts'
import { curveColour } from '../../design/chart/curves/curve.ts'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Go } from '../../design/go.tsx'
import { Markdown } from '../../design/markdown.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Table } from '../../design/table.tsx'
import { paths } from '../../paths.ts'
import { ImportancePanel } from '../compare/importance-panel.tsx'
import { Parallel } from '../compare/parallel.tsx'
import { Plane } from '../compare/plane.tsx'
import { type NumberVariable, type Variable, variablesOf } from '../compare/variable.ts'
import { MetricChart } from '../tracking/charts/metric-chart.tsx'
import { useChosenRuns } from './chosen-runs.ts'
import { columnText, nameOf } from './column.ts'
import classes from './reports.module.css'

type Of<K extends Block['kind']> = Extract<Block, { kind: K }>

/** One block as its readers see it; charts show the runs of now. */
export function BlockView({ project, block }: { project: string; block: Block }) {
  if (block.kind === 'markdown') return <Markdown text={block.text} />
  return <RunsBlock project={project} block={block} />
}

function RunsBlock({ project, block }: { project: string; block: Exclude<Block, Of<'markdown'>> }) {
  const { data: runs, error } = useChosenRuns(project, block.runs)
  if (error) return <Failure error={error} />
  if (runs === undefined) return <Nothing>Reading the runs…</Nothing>
  if (runs.length === 0) return <Nothing>No run is found by “{block.runs.filter ?? ''}”.</Nothing>
  if (block.kind === 'chart') return <Charts project={project} block={block} runs={runs} />
  const title = block.title === undefined ? {} : { title: block.title }
  if (block.kind === 'table') {
    return (
      <Panel {...title} flush>
        <Runs project={project} block={block} runs={runs} />
      </Panel>
    )
  }
  return (
    <Panel
      {...title}
      note={
        <Go
          to={paths.compare(project)}
          search={{ runs: runs.map((run) => run.id).join(','), tab: block.view }}
        >
          {`${runs.length} runs`}
        </Go>
      }
    >
      <Comparison project={project} block={block} runs={runs} />
    </Panel>
  )
}

function Charts({ project, block, runs }: { project: string; block: Of<'chart'>; runs: readonly Run[] }) {
  const charted = useMemo(
    () =>
      runs.slice(0, 200).map((run, index) => ({ id: run.id, label: run.name, colour: curveColour(index) })),
    [runs],
  )
  const settings = { x: block.x, smoothing: block.smoothing ?? 0, log: false }
  return (
    <div>
      {block.title ? <h3 className={classes.blockTitle}>{block.title}</h3> : null}
      <div className={block.metrics.length > 1 ? classes.charts : undefined}>
        {block.metrics.map((metric) => (
          <MetricChart
            key={metric}
            project={project}
            runs={charted}
            name={metric}
            settings={settings}
            live={runs.some((run) => run.status === 'running')}
            height={240}
          />
        ))}
      </div>
    </div>
  )
}

function Runs({ project, block, runs }: { project: string; block: Of<'table'>; runs: readonly Run[] }) {
  return (
    <Table
      label={block.title ?? 'Runs'}
      rows={runs}
      linked
      rowKey={(run) => run.id}
      columns={[
        { label: 'Run', cell: (run) => <RowLink to={paths.run(project, run.id)}>{run.name}</RowLink> },
        ...block.columns.map((column) => ({
          label: nameOf(column),
          align: 'right' as const,
          cell: (run: Run) => columnText(run, column),
        })),
      ]}
    />
  )
}

function Comparison(props: { project: string; block: Of<'comparison'>; runs: readonly Run[] }) {
  const { project, block, runs } = props
  const { params, metrics } = useMemo(() => variablesOf(runs), [runs])
  const axes = useMemo(
    () =>
      block.axes.flatMap((name) => [...params, ...metrics].find((one: Variable) => one.name === name) ?? []),
    [block.axes, params, metrics],
  )
  if (block.view === 'importance') {
    const metric = axes.find((axis): axis is NumberVariable => axis.kind === 'number')
    if (metric === undefined) return <Nothing>These runs lack the metric.</Nothing>
    return <ImportancePanel params={params} metric={metric} />
  }
  const [x, y, z] = axes
  if (x === undefined || y === undefined) return <Nothing>These runs lack the axes.</Nothing>
  if (block.view === 'parallel') {
    return <Parallel project={project} runs={runs} variables={axes} colourBy={axes.at(-1)} />
  }
  return <Plane project={project} runs={runs} x={x} y={y} z={z} surface={block.view === 'contour'} />
}
