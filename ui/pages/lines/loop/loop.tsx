import { Tooltip } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import type { ReactNode } from 'react'
import type { Stage } from '../../../../src/contract/lines.ts'
import { Go } from '../../../design/go.tsx'
import { Icon, type IconName } from '../../../design/icons.tsx'
import { Dot } from '../../../design/status.tsx'
import { toneOf, words } from '../../../design/tones.ts'
import { type Layout, layoutOf, type Node, type StageName, stageOrder } from './layout.ts'
import classes from './loop.module.css'

const names: Record<StageName, string> = {
  data: 'Data',
  training: 'Training',
  gates: 'Gates',
  traffic: 'Traffic',
  drift: 'Drift',
  performance: 'Accuracy',
  retraining: 'Retraining',
}
const icons: Record<StageName, IconName> = {
  data: 'data',
  training: 'training',
  gates: 'gates',
  traffic: 'traffic',
  drift: 'drift',
  performance: 'performance',
  retraining: 'retraining',
}

/** The line as the loop that it is: each stage with its number, the one at work alive, and `children` in the middle. */
export function Loop(props: {
  stages: readonly Stage[]
  metric: string | undefined
  linkOf: (stage: StageName) => string | undefined
  children: ReactNode
}) {
  const { ref, width } = useElementSize()
  const layout = layoutOf(width || 1080)
  const byName = new Map(props.stages.map((stage) => [stage.stage as string, stage]))
  const active = new Set(
    props.stages.filter((stage) => stage.state === 'active').map((stage) => stage.stage as string),
  )
  return (
    <section aria-label="The loop">
      {layout.middle ? null : props.children}
      <div
        ref={ref}
        className={classes.loop}
        style={{ height: layout.height, marginTop: layout.middle ? 0 : 14 }}
      >
        {width === 0 ? null : (
          <>
            <Track layout={layout} active={active} />
            {layout.middle ? (
              <div
                className={classes.middle}
                style={{
                  left: layout.middle.x,
                  top: layout.middle.y,
                  width: layout.middle.width,
                  height: layout.middle.height,
                }}
              >
                {props.children}
              </div>
            ) : null}
            <ol>
              {layout.nodes.map((node) => (
                <StageCard
                  key={node.stage}
                  node={node}
                  card={layout.card}
                  stage={byName.get(node.stage)}
                  name={
                    node.stage === 'performance' && props.metric ? titled(props.metric) : names[node.stage]
                  }
                  to={props.linkOf(node.stage)}
                />
              ))}
            </ol>
          </>
        )}
      </div>
    </section>
  )
}

function titled(metric: string): string {
  const text = words(metric)
  return text.length <= 4 ? text.toUpperCase() : text.charAt(0).toUpperCase() + text.slice(1)
}

function Track({ layout, active }: { layout: Layout; active: ReadonlySet<string> }) {
  return (
    <svg className={classes.track} width={layout.width} height={layout.height} aria-hidden="true">
      {layout.segments.map((segment, index) => {
        const next = stageOrder[(index + 1) % stageOrder.length] ?? ''
        return (
          <path key={stageOrder[index]} className={classes.way} d={segment} data-live={active.has(next)} />
        )
      })}
      {layout.segments.map((segment, index) => (
        <path
          key={stageOrder[index]}
          className={classes.arrow}
          d="M-3.5 -4.5 4.5 0 -3.5 4.5Z"
          style={{ offsetPath: `path("${segment}")`, offsetDistance: '50%' }}
        />
      ))}
    </svg>
  )
}

function StageCard(props: {
  node: Node
  card: Layout['card']
  stage: Stage | undefined
  name: string
  to: string | undefined
}) {
  const { node, card, stage } = props
  const state = stage?.state ?? 'idle'
  const inside = (
    <>
      <span className={classes.name}>
        <Icon name={icons[node.stage]} size={14} />
        {props.name}
        <Dot tone={toneOf(state)} />
      </span>
      <span className={classes.headline}>{stage?.headline || '–'}</span>
      <span className={classes.detail}>{stage?.detail || ' '}</span>
    </>
  )
  const style = {
    left: Math.round(node.x - card.width / 2),
    top: Math.round(node.y - card.height / 2),
    width: card.width,
    height: card.height,
  }
  return (
    <Tooltip label={`${props.name}: ${words(state)}. ${stage?.detail ?? ''}`} disabled={!stage?.detail}>
      <li className={classes.card} data-state={state} data-stage={node.stage} style={style}>
        {props.to ? (
          <Go to={props.to} className={classes.inside}>
            {inside}
          </Go>
        ) : (
          inside
        )}
      </li>
    </Tooltip>
  )
}
