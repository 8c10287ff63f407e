import type uPlot from 'uplot'

/** Steps are whole numbers. */
export const wholeSteps: number[] = [1, 2, 5]
  .flatMap((n) => Array.from({ length: 9 }, (_, power) => n * 10 ** power))
  .sort((a, b) => a - b)

const day = 86_400
/** 24-hour clocks everywhere; the day where it changes. */
export const timeValues: uPlot.Axis.Values = [
  [day * 365, '{YYYY}', null, null, null, null, null, null, 1],
  [day * 28, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [day, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
]

export const axisFont = '11px Inter, system-ui, sans-serif'

/** What a colour is now: a token by its name, or any colour of CSS as it is. */
export function resolved(colour: string): string {
  if (!colour.startsWith('--')) return colour
  return getComputedStyle(document.documentElement).getPropertyValue(colour).trim() || '#888'
}
