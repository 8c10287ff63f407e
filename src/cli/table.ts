import { stripVTControlCharacters } from 'node:util'
import { paint, type Terminal } from './terminal.ts'

export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string | number | null | undefined
  /** Gives way first when the line is too long; else the widest does. */
  readonly flexible?: boolean
}

/** A table that fits the terminal: numbers to the right, what is too long cut with an ellipsis. */
export function table<Row>(
  terminal: Pick<Terminal, 'width' | 'colour'>,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  empty = 'Nothing yet.',
): string {
  if (rows.length === 0) return `${empty}\n`
  const cells = rows.map((row) => columns.map((column) => tidy(column.value(row))))
  const numeric = columns.map((column) => isNumeric(rows.map((row) => column.value(row))))
  const natural = columns.map((column, i) =>
    Math.max(column.title.length, ...cells.map((line) => widthOf(line[i] ?? ''))),
  )
  const widths = fitted(natural, columns, terminal.width)
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => pad(text, widths[i] ?? 0, numeric[i] ?? false))
      .join('  ')
      .trimEnd()
  const head = paint(terminal, 'dim', line(columns.map(({ title }) => title)))
  return `${[head, ...cells.map(line)].join('\n')}\n`
}

/** Facts of one thing, a line each. */
export function facts(
  terminal: Pick<Terminal, 'colour'>,
  entries: readonly (readonly [string, string | number | null | undefined])[],
): string {
  const shown = entries.filter(([, value]) => value !== undefined && value !== null && value !== '')
  const widest = Math.max(0, ...shown.map(([name]) => name.length))
  return shown
    .map(([name, value]) => `${paint(terminal, 'dim', name.padEnd(widest))}  ${tidy(value)}\n`)
    .join('')
}

function fitted(natural: readonly number[], columns: readonly Column<never>[], width: number): number[] {
  const widths = [...natural]
  let over = widths.reduce((sum, each) => sum + each, 2 * (widths.length - 1)) - width
  const flexible = columns.flatMap((column, i) => (column.flexible ? [i] : []))
  while (over > 0) {
    const candidates = flexible.filter((i) => (widths[i] ?? 0) > 8)
    const from = candidates.length > 0 ? candidates : widths.map((_, i) => i)
    const widest = from.reduce((best, i) => ((widths[i] ?? 0) > (widths[best] ?? 0) ? i : best), from[0] ?? 0)
    if ((widths[widest] ?? 0) <= 4) break
    widths[widest] = (widths[widest] ?? 0) - 1
    over -= 1
  }
  return widths
}

function pad(text: string, width: number, right: boolean): string {
  const length = widthOf(text)
  if (length > width) return `${stripVTControlCharacters(text).slice(0, width - 1)}…`
  const space = ' '.repeat(width - length)
  return right ? space + text : text + space
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length
}

/** Names come from users: nothing in them may move the cursor. Colours of our own stay. */
function tidy(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  const text = String(value)
  const ownColour = (at: number) => text[at] === '\u001b' && /^\[\d{1,2}m/.test(text.slice(at + 1, at + 5))
  return text.replace(/\p{Cc}/gu, (found, at: number) => (ownColour(at) ? found : ' ')).replace(/\s+/g, ' ')
}

function isNumeric(values: readonly (string | number | null | undefined)[]): boolean {
  const present = values.filter((value) => value !== null && value !== undefined)
  return present.length > 0 && present.every((value) => typeof value === 'number')
}
