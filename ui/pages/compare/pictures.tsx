import type { Run } from '../../../src/contract/runs.ts'
import { Nothing } from '../../design/empty.tsx'
import { Panel } from '../../design/panel.tsx'
import { axesText, type Choice, type Chosen } from './choice.ts'
import classes from './compare.module.css'
import { ImportancePanel } from './importance-panel.tsx'
import { Parallel } from './parallel.tsx'
import { PickAxes, PickVariable } from './pickers.tsx'
import { Plane } from './plane.tsx'
import type { NumberVariable, Variable } from './variable.ts'

export interface PictureProps {
  readonly project: string
  readonly runs: readonly Run[]
  readonly params: readonly Variable[]
  readonly metrics: readonly NumberVariable[]
  readonly choice: Choice
  readonly onChoose: (chosen: Partial<Chosen>) => void
}

export function ParallelPanel(props: PictureProps & { onOnly: (ids: readonly string[]) => void }) {
  const { project, runs, choice, onChoose } = props
  return (
    <Panel title="Parallel coordinates" note="One line a run">
      <div className={classes.controls}>
        <PickAxes
          options={props}
          axes={choice.axes}
          onPick={(names) => onChoose({ axes: axesText(names) })}
        />
        <PickVariable
          label="Colour"
          options={props}
          value={choice.z}
          none
          onPick={(sc) => onChoose({ sc: sc || 'none' })}
        />
      </div>
      {choice.axes.length < 2 ? (
        <Nothing>The runs differ in too little for two axes.</Nothing>
      ) : (
        <Parallel
          project={project}
          runs={runs}
          variables={choice.axes}
          colourBy={choice.z}
          onOnly={props.onOnly}
        />
      )}
    </Panel>
  )
}

export function PlanePanel(props: PictureProps & { surface: boolean }) {
  const { project, runs, choice, onChoose, surface } = props
  return (
    <Panel
      title={surface ? 'Contour' : 'Scatter'}
      note={
        surface ? 'The mean of the runs around each place, weighted by their distance (Gaussian kernel)' : ''
      }
    >
      <div className={classes.controls}>
        <PickVariable label="Across" options={props} value={choice.x} onPick={(sx) => onChoose({ sx })} />
        <PickVariable label="Up" options={props} value={choice.y} onPick={(sy) => onChoose({ sy })} />
        <PickVariable
          label={surface ? 'Height' : 'Colour'}
          options={props}
          value={choice.z}
          none={!surface}
          onPick={(sc) => onChoose({ sc: sc || 'none' })}
        />
      </div>
      {choice.x === undefined || choice.y === undefined ? (
        <Nothing>These runs have no metric and no parameter.</Nothing>
      ) : (
        <Plane project={project} runs={runs} x={choice.x} y={choice.y} z={choice.z} surface={surface} />
      )}
    </Panel>
  )
}

export function ImportanceTab(props: PictureProps) {
  const { choice, onChoose } = props
  return (
    <Panel title="What matters" note="Of the parameters in which the runs differ">
      <div className={classes.controls}>
        <PickVariable
          label="Metric"
          options={{ params: [], metrics: props.metrics }}
          value={choice.metric}
          onPick={(metric) => onChoose({ metric })}
        />
      </div>
      {choice.metric === undefined ? (
        <Nothing>These runs have no metric.</Nothing>
      ) : (
        <ImportancePanel params={props.params} metric={choice.metric} />
      )}
    </Panel>
  )
}
