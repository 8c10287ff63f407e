import { ActionIcon } from '@mantine/core'
import type { RefObject } from 'react'
import { Icon } from '../../icons.tsx'
import classes from './curves.module.css'
import type { CurvePlot } from './plot.ts'

/** What the pointer does with gestures, as buttons: for the keyboard and for fingers. */
export function CurveTools(props: {
  plot: RefObject<CurvePlot | null>
  zoomed: boolean
  onReset: () => void
}) {
  const move = (by: number, zoom?: number) => () => props.plot.current?.move(by, zoom)
  return (
    <div className={classes.tools} data-zoomed={props.zoomed} role="toolbar" aria-label="Zoom">
      {props.zoomed ? (
        <>
          <Tool label="Earlier" icon="left" onClick={move(-0.3)} />
          <Tool label="Later" icon="chevron" onClick={move(0.3)} />
          <Tool label="Zoom out" icon="dash" onClick={move(0, 0.5)} />
        </>
      ) : null}
      <Tool label="Zoom in" icon="plus" onClick={move(0, 2)} />
      {props.zoomed ? <Tool label="Show all" icon="cross" onClick={props.onReset} /> : null}
    </div>
  )
}

function Tool(props: {
  label: string
  icon: 'left' | 'chevron' | 'dash' | 'plus' | 'cross'
  onClick: () => void
}) {
  return (
    <ActionIcon
      size="sm"
      variant="default"
      aria-label={props.label}
      title={props.label}
      onClick={props.onClick}
    >
      <Icon name={props.icon} size={13} />
    </ActionIcon>
  )
}
