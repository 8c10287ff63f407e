import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { zoneName } from '../../format/time.ts'
import { useZone } from '../zone.tsx'
import classes from './chart.module.css'
import { optionsOf } from './options.ts'
import type { Picture } from './picture.ts'
import type { Series } from './series.ts'

/** A chart of one or several series over time or over steps, drawn by uPlot in the page's colours. */
export function Chart(props: Picture & { label: string; legend?: boolean }) {
  const place = useRef<HTMLDivElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const scheme = useComputedColorScheme('light')
  const { zone } = useZone()
  const { label, legend, ...picture } = props
  // What decides how the chart is made; new numbers alone only refill it.
  const shape = JSON.stringify([
    scheme,
    zone,
    picture.x,
    picture.height,
    picture.limits,
    picture.marks,
    picture.min,
    picture.max,
    picture.series.map((each) => [each.label, each.colour, each.kind]),
  ])
  const latest = useRef(picture)
  latest.current = picture

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for everything that is read here.
  useEffect(() => {
    if (place.current === null || tip.current === null) return
    const made = new uPlot(
      optionsOf(latest, place.current.clientWidth, zone, tip.current),
      dataOf(latest.current),
      place.current,
    )
    plot.current = made
    const resized = new ResizeObserver(([entry]) => {
      if (entry)
        made.setSize({ width: Math.max(80, entry.contentRect.width), height: latest.current.height ?? 190 })
    })
    resized.observe(place.current)
    return () => {
      resized.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [shape])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above.
  useEffect(() => {
    plot.current?.setData(dataOf(latest.current))
  }, [picture.xs, picture.series])

  return (
    <figure className={classes.chart} style={{ margin: 0 }}>
      {legend === false ? null : <Legend series={picture.series} />}
      <div
        ref={place}
        className={classes.plot}
        role="img"
        aria-label={label}
        style={{ minHeight: picture.height ?? 190 }}
      />
      <div ref={tip} className={classes.tip} hidden />
      {picture.x === 'time' ? <span className={classes.zone}>{zoneName(zone)}</span> : null}
    </figure>
  )
}

function dataOf(picture: Picture): uPlot.AlignedData {
  return [[...picture.xs], ...picture.series.map((each) => [...each.values])] as uPlot.AlignedData
}

function Legend({ series }: { series: readonly Series[] }) {
  const shown = series.filter((each) => each.kind !== 'hidden')
  if (shown.length < 2) return null
  return (
    <ul className={classes.legend}>
      {shown.map((each) => (
        <li key={each.label}>
          <span
            className={classes.swatch}
            data-kind={each.dash ? 'dash' : each.kind}
            style={{ background: `var(${each.colour})` }}
          />
          {each.label}
        </li>
      ))}
    </ul>
  )
}
