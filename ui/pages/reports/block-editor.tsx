import { ActionIcon, MultiSelect, NumberInput, Select, Slider, Textarea, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { Block, RunChoice } from '../../../src/contract/reports.ts'
import { experimentsQuery, runKeysQuery } from '../../api/queries.ts'
import { Icon } from '../../design/icons.tsx'
import { BlockView } from './block-view.tsx'
import { isShown } from './draft.ts'
import classes from './reports.module.css'

const names: Readonly<Record<Block['kind'], string>> = {
  markdown: 'Text',
  chart: 'Curves',
  table: 'Table of runs',
  comparison: 'Comparison',
}

/** One block being written, and below it as its readers will see it. */
export function BlockEditor(props: {
  project: string
  block: Block
  first: boolean
  last: boolean
  onChange: (block: Block) => void
  onMove: (by: -1 | 1) => void
  onRemove: () => void
}) {
  const { project, block, onChange } = props
  const [shown] = useDebouncedValue(block, 400)
  return (
    <section className={classes.block} aria-label={names[block.kind]}>
      <div className={classes.blockHead}>
        <strong>{names[block.kind]}</strong>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Move up"
          disabled={props.first}
          onClick={() => props.onMove(-1)}
        >
          <span style={{ rotate: '180deg', display: 'inline-flex' }}>
            <Icon name="down" size={14} />
          </span>
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Move down"
          disabled={props.last}
          onClick={() => props.onMove(1)}
        >
          <Icon name="down" size={14} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="red" aria-label="Remove this block" onClick={props.onRemove}>
          <Icon name="trash" size={14} />
        </ActionIcon>
      </div>
      {block.kind === 'markdown' ? (
        <Textarea
          aria-label="Text in Markdown"
          autosize
          minRows={4}
          maxRows={30}
          placeholder="Markdown"
          value={block.text}
          onChange={(event) => onChange({ ...block, text: event.currentTarget.value })}
        />
      ) : (
        <RunsFields project={project} block={block} onChange={onChange} />
      )}
      {isShown(shown) && shown.kind === block.kind ? (
        <div className={classes.preview}>
          <BlockView project={project} block={shown} />
        </div>
      ) : null}
    </section>
  )
}

type RunsBlock = Exclude<Block, { kind: 'markdown' }>

function RunsFields(props: { project: string; block: RunsBlock; onChange: (block: Block) => void }) {
  const { project, block, onChange } = props
  const experiments = useQuery(experimentsQuery(project))
  const keys = useQuery(runKeysQuery(project, block.runs.experiment || undefined))
  const metrics = keys.data?.metrics ?? []
  const columns = [
    { group: 'Metrics', items: metrics.map((key) => ({ value: `metrics.${key}`, label: key })) },
    {
      group: 'Parameters',
      items: (keys.data?.params ?? []).map((key) => ({ value: `params.${key}`, label: key })),
    },
  ]
  const runs = (changed: Partial<RunChoice>) => onChange({ ...block, runs: { ...block.runs, ...changed } })
  return (
    <>
      <div className={classes.fields}>
        <TextInput
          size="xs"
          label="Title"
          flex="1 1 180px"
          value={block.title ?? ''}
          onChange={(event) => onChange({ ...block, title: event.currentTarget.value })}
        />
        <Select
          size="xs"
          w={170}
          label="Experiment"
          placeholder="All"
          clearable
          searchable
          data={(experiments.data?.experiments ?? []).map((one) => ({ value: one.id, label: one.name }))}
          value={block.runs.experiment ?? null}
          onChange={(experiment) => runs({ experiment: experiment ?? '' })}
        />
        <TextInput
          size="xs"
          label="Filter"
          flex="2 1 220px"
          placeholder="metrics.acc > 0.9 and params.lr = '0.1'"
          value={block.runs.filter ?? ''}
          onChange={(event) => runs({ filter: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          label="Order"
          w={160}
          placeholder="metrics.acc desc"
          value={block.runs.order ?? ''}
          onChange={(event) => runs({ order: event.currentTarget.value })}
        />
        <NumberInput
          size="xs"
          label="Runs at most"
          w={96}
          min={1}
          max={300}
          value={block.runs.limit ?? 20}
          onChange={(limit) => runs({ limit: Math.min(300, Math.max(1, Number(limit) || 1)) })}
        />
      </div>
      <div className={classes.fields}>
        <OwnFields block={block} metrics={metrics} columns={columns} onChange={onChange} />
      </div>
    </>
  )
}

function OwnFields(props: {
  block: RunsBlock
  metrics: readonly string[]
  columns: { group: string; items: { value: string; label: string }[] }[]
  onChange: (block: Block) => void
}) {
  const { block, columns, onChange } = props
  if (block.kind === 'chart') {
    return (
      <>
        <MultiSelect
          size="xs"
          flex="1 1 260px"
          label="Metrics"
          searchable
          data={[...new Set([...props.metrics, ...block.metrics])]}
          value={block.metrics}
          onChange={(metrics) => onChange({ ...block, metrics })}
          maxValues={20}
        />
        <Select
          size="xs"
          w={130}
          label="Axis"
          data={[
            { value: 'step', label: 'Step' },
            { value: 'relative', label: 'Since start' },
            { value: 'time', label: 'Clock' },
          ]}
          value={block.x}
          onChange={(x) => onChange({ ...block, x: x === 'time' || x === 'relative' ? x : 'step' })}
        />
        <Slider
          size="xs"
          w={140}
          mb={8}
          min={0}
          max={0.99}
          step={0.01}
          thumbLabel="Smoothing"
          label={(value) => `Smoothing ${value.toFixed(2)}`}
          value={block.smoothing ?? 0}
          onChange={(smoothing) => onChange({ ...block, smoothing })}
        />
      </>
    )
  }
  const picked = block.kind === 'table' ? block.columns : block.axes
  return (
    <>
      {block.kind === 'comparison' ? (
        <Select
          size="xs"
          w={150}
          label="As"
          data={['parallel', 'scatter', 'contour', 'importance']}
          value={block.view}
          onChange={(view) =>
            onChange({
              ...block,
              view: view === 'scatter' || view === 'contour' || view === 'importance' ? view : 'parallel',
            })
          }
        />
      ) : null}
      <MultiSelect
        size="xs"
        flex="1 1 300px"
        label={block.kind === 'table' ? 'Columns' : axesLabel[block.view]}
        searchable
        data={columns}
        value={picked}
        onChange={(names) =>
          onChange(block.kind === 'table' ? { ...block, columns: names } : { ...block, axes: names })
        }
        maxValues={30}
      />
    </>
  )
}

const axesLabel = {
  parallel: 'Axes, the last one colours',
  scatter: 'Across, up, colour',
  contour: 'Across, up, height',
  importance: 'Metric that is explained',
} as const
