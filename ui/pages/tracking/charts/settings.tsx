import { SegmentedControl, Slider, Switch, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { XAxis } from '../../../design/chart/curves/plot.ts'
import classes from './charts.module.css'
import type { ChartSettings } from './metric-chart.tsx'

const axes: { value: XAxis; label: string }[] = [
  { value: 'step', label: 'Step' },
  { value: 'relative', label: 'Since start' },
  { value: 'time', label: 'Clock' },
]

/** How the charts of a page are drawn. */
export function ChartSettingsBar(props: {
  settings: ChartSettings
  onSettings: (settings: ChartSettings) => void
  find?: string | undefined
  onFind?: (find: string) => void
}) {
  const { settings, onSettings } = props
  const [smoothing, setSmoothing] = useState(settings.smoothing)
  useEffect(() => setSmoothing(settings.smoothing), [settings.smoothing])
  return (
    <div className={classes.settings}>
      {props.onFind === undefined ? null : (
        <TextInput
          size="xs"
          aria-label="Find a metric"
          placeholder="Find a metric"
          value={props.find ?? ''}
          onChange={(event) => props.onFind?.(event.currentTarget.value)}
        />
      )}
      <SegmentedControl
        size="xs"
        aria-label="Horizontal axis"
        data={axes}
        value={settings.x}
        onChange={(x) =>
          onSettings({ ...settings, x: axes.find((each) => each.value === x)?.value ?? 'step' })
        }
      />
      <div className={classes.smoothing}>
        Smoothing
        <Slider
          size="xs"
          w={120}
          min={0}
          max={0.99}
          step={0.01}
          label={(value) => value.toFixed(2)}
          value={smoothing}
          onChange={setSmoothing}
          onChangeEnd={(value) => onSettings({ ...settings, smoothing: value })}
          thumbLabel="Smoothing"
        />
        <output>{smoothing.toFixed(2)}</output>
      </div>
      <Switch
        size="xs"
        label="Log scale"
        checked={settings.log}
        onChange={(event) => onSettings({ ...settings, log: event.currentTarget.checked })}
      />
    </div>
  )
}

/** What the URL says of charts: `x`, `smooth` (hundredths) and `log`. */
export function settingsOf(search: {
  x?: XAxis | undefined
  smooth?: number | undefined
  log?: 'yes' | undefined
}): ChartSettings {
  return {
    x: search.x ?? 'step',
    smoothing: Math.min(99, search.smooth ?? 0) / 100,
    log: search.log === 'yes',
  }
}

export function settingsSearch(settings: ChartSettings) {
  return {
    x: settings.x === 'step' ? undefined : settings.x,
    smooth: settings.smoothing === 0 ? undefined : Math.round(settings.smoothing * 100),
    log: settings.log ? ('yes' as const) : undefined,
  }
}
