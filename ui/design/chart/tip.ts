import type uPlot from 'uplot'
import { count } from '../../format/number.ts'
import { absolute, type Zone } from '../../format/time.ts'
import type { Picture } from './picture.ts'

/** Fills and places the box beside the cursor. Text only: values may come from anyone's data. */
export function showTip(plot: uPlot, picture: Picture, zone: Zone, tip: HTMLElement): void {
  const { idx, left } = plot.cursor
  const x = idx === null || idx === undefined ? undefined : picture.xs[idx]
  if (idx === null || idx === undefined || x === undefined || left === undefined || left < 0) {
    tip.hidden = true
    return
  }
  const rows = picture.series.flatMap((series) => {
    const value = (series.told ?? series.values)[idx]
    return value === null || value === undefined
      ? []
      : [rowOf(series.label, series.colour, (series.format ?? picture.format)(value))]
  })
  tip.replaceChildren(headOf(picture, x, zone), ...rows)
  tip.hidden = rows.length === 0
  const over = plot.over
  const room = over.clientWidth
  const at = plot.valToPos(x, 'x')
  const base = over.offsetLeft + at
  tip.style.top = `${over.getBoundingClientRect().top - (tip.parentElement?.getBoundingClientRect().top ?? 0) + 4}px`
  if (at > room / 2) {
    tip.style.left = ''
    tip.style.right = `${(tip.parentElement?.clientWidth ?? 0) - base + 12}px`
  } else {
    tip.style.right = ''
    tip.style.left = `${base + 12}px`
  }
}

function headOf(picture: Picture, x: number, zone: Zone): HTMLElement {
  const head = document.createElement('time')
  head.textContent = picture.x === 'time' ? absolute(new Date(x * 1000), zone) : `step ${count(x)}`
  return head
}

function rowOf(label: string, colour: string, value: string): HTMLElement {
  const row = document.createElement('div')
  const swatch = document.createElement('span')
  Object.assign(swatch.style, {
    width: '8px',
    height: '8px',
    borderRadius: '2px',
    background: `var(${colour})`,
    flex: 'none',
  })
  const bold = document.createElement('b')
  bold.textContent = value
  row.append(swatch, label, bold)
  return row
}
