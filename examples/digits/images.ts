import { readFileSync } from 'node:fs'

export interface Image {
  readonly id: string
  /** 64 pixels, row by row, 0 to 16. */
  readonly pixels: readonly number[]
  readonly digit: number
}

/** Lines of digits.csv: the header, then one image a line. */
export function readCsv(path: string): { header: string; rows: string[] } {
  const [header = '', ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n')
  return { header, rows }
}

export function imageOf(row: string): Image {
  const cells = row.split(',')
  return { id: cells[0] ?? '', pixels: cells.slice(3, 67).map(Number), digit: Number(cells[67]) }
}

const contrast = 0.5
const blur = 0.6

/** A simulated camera fault: the lens is out of focus (3x3 box blur, 60 %) and the contrast is halved around mid-grey. */
export function throughBadCamera(pixels: readonly number[]): number[] {
  const at = (y: number, x: number) =>
    pixels[Math.min(7, Math.max(0, y)) * 8 + Math.min(7, Math.max(0, x))] ?? 0
  return pixels.map((pixel, i) => {
    const [y, x] = [Math.floor(i / 8), i % 8]
    let sum = 0
    for (let dy = -1; dy <= 1; dy += 1) for (let dx = -1; dx <= 1; dx += 1) sum += at(y + dy, x + dx)
    const blurred = (1 - blur) * pixel + blur * (sum / 9)
    return Math.round(blurred * contrast + 8 * (1 - contrast))
  })
}
