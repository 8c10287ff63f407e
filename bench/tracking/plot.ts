/** Milliseconds by number of runs. */
export interface Line {
  readonly name: string
  readonly points: readonly { readonly runs: number; readonly ms: number }[]
}

const colours = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#7f7f7f', '#bcbd22']
const box = { left: 70, top: 20, width: 480, height: 360 }

/** Both axes logarithmic, as an SVG by itself. */
export function plot(lines: readonly Line[]): string {
  const all = lines.flatMap((line) => line.points)
  const [low, high] = [Math.floor(Math.log10(Math.min(...all.map((one) => one.ms)))), 4]
  const x = (runs: number) => box.left + ((Math.log10(runs) - 3) / 3) * box.width
  const y = (ms: number) => box.top + (1 - (Math.log10(ms) - low) / (high - low)) * box.height
  const parts = [frame(x, y, low, high)]
  for (const [at, { name, points }] of lines.entries()) {
    const colour = colours[at % colours.length] ?? '#000'
    const path = points.map(({ runs, ms }) => `${x(runs).toFixed(1)},${y(ms).toFixed(1)}`)
    parts.push(`<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`)
    for (const place of path) {
      const [cx, cy] = place.split(',')
      parts.push(`<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`)
    }
    const top = box.top + box.height + 60 + at * 18
    parts.push(`<rect x="${box.left}" y="${top - 9}" width="12" height="4" fill="${colour}"/>`)
    parts.push(`<text x="${box.left + 20}" y="${top}">${escaped(name)}</text>`)
  }
  const height = box.top + box.height + 60 + lines.length * 18
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 ${height}" font-family="sans-serif" font-size="12">
<title>Time of a search by the number of runs</title>
<rect width="620" height="${height}" fill="#fff"/>
${parts.join('\n')}
</svg>
`
}

function frame(x: (runs: number) => number, y: (ms: number) => number, low: number, high: number): string {
  const parts: string[] = []
  for (let power = 3; power <= 6; power += 1) {
    const at = x(10 ** power).toFixed(1)
    parts.push(`<line x1="${at}" x2="${at}" y1="${box.top}" y2="${box.top + box.height}" stroke="#ddd"/>`)
    parts.push(
      `<text x="${at}" y="${box.top + box.height + 18}" text-anchor="middle">${(10 ** power).toLocaleString('en')}</text>`,
    )
  }
  for (let power = low; power <= high; power += 1) {
    const at = y(10 ** power).toFixed(1)
    parts.push(`<line x1="${box.left}" x2="${box.left + box.width}" y1="${at}" y2="${at}" stroke="#ddd"/>`)
    parts.push(`<text x="${box.left - 8}" y="${Number(at) + 4}" text-anchor="end">${10 ** power} ms</text>`)
  }
  parts.push(
    `<text x="${box.left + box.width / 2}" y="${box.top + box.height + 38}" text-anchor="middle">runs</text>`,
  )
  return parts.join('\n')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
