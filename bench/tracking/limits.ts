import type { Rates } from './server.ts'

interface Limit {
  readonly what: string
  /** At least so many times the rate of the fastest MLflow on that database. */
  readonly sqlite?: number
  readonly postgresql?: number
  /** At least this part of another of our own rates. */
  readonly part?: readonly [number, string]
  readonly most?: number
}

const metric = 'log-metric, 16 at once'
const batch = 'metrics by log-batch of 1,000, 4 at once'
const search = 'searches by metric, param and tag in order of a metric'
const limits: readonly Limit[] = [
  { what: metric, sqlite: 50, postgresql: 15 },
  { what: metric, part: [0.4, 'points by coalesced inserts without HTTP, 16 at once'] },
  { what: batch, sqlite: 8, postgresql: 8 },
  { what: batch, part: [0.6, 'rows by insert … select unnest(…) of 1,000'] },
  { what: 'search, p50 in ms', most: 50 },
  { what: search, sqlite: 20, postgresql: 20 },
  { what: 'pages of 1,000 full runs', sqlite: 10, postgresql: 10 },
  { what: 'history of 1000000 points, ms to the first byte', most: 50 },
  { what: 'history, growth of the server in MB', most: 64 },
  { what: 'chart of 10000000 points, p50 in ms', most: 200 },
]

/** Prints what was measured and what was asked for; whether all of it was reached. */
export function judge(own: Rates, peers: ReadonlyMap<string, Rates>, runs: number): boolean {
  console.log(
    `\nSearches over ${runs.toLocaleString('en')} runs. In brackets: how many times theirs ours is.\n`,
  )
  const columns = ['', 'Slipway', ...peers.keys()]
  console.log(`| ${columns.join(' | ')} |\n|${columns.map(() => '---|').join('')}`)
  const names = new Set([...own.keys(), ...[...peers.values()].flatMap((rates) => [...rates.keys()])])
  for (const name of names) {
    const mine = own.get(name)
    const cells = [...peers.values()].map((rates) => cell(rates.get(name), mine))
    console.log(`| ${[name, mine === undefined ? '' : shown(mine), ...cells].join(' | ')} |`)
  }
  console.log('')
  return limits.map((limit) => check(limit, own, peers)).every((reached) => reached)
}

function cell(theirs: number | undefined, mine: number | undefined): string {
  if (theirs === undefined) return ''
  return mine === undefined ? shown(theirs) : `${shown(theirs)} (×${shown(mine / theirs)})`
}

function check(limit: Limit, own: Rates, peers: ReadonlyMap<string, Rates>): boolean {
  const value = own.get(limit.what)
  if (value === undefined) return true
  const results: boolean[] = []
  const say = (reached: boolean, text: string) => {
    console.log(`${reached ? 'reached ' : 'MISSED  '} ${limit.what}: ${text}`)
    results.push(reached)
  }
  if (limit.most !== undefined) say(value <= limit.most, `${shown(value)}, asked for ≤ ${limit.most}`)
  const other = limit.part && own.get(limit.part[1])
  if (limit.part !== undefined && other !== undefined) {
    say(
      value / other >= limit.part[0],
      `${shown(value / other)} of ${limit.part[1]}, asked for ≥ ${limit.part[0]}`,
    )
  }
  for (const database of ['sqlite', 'postgresql'] as const) {
    const times = limit[database]
    const theirs = [...peers].flatMap(([name, rates]) =>
      name.includes(database) ? (rates.get(limit.what) ?? []) : [],
    )
    if (times === undefined || theirs.length === 0) continue
    const ratio = value / Math.max(...theirs)
    say(ratio >= times, `${shown(ratio)} × the best of MLflow on ${database}, asked for ≥ ${times} ×`)
  }
  return results.every((reached) => reached)
}

function shown(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}
