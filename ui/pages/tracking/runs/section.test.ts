import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TableRun } from '../../../../src/contract/run-table.ts'
import { Layout } from './layout.ts'
import { type FetchRuns, join, RunSection } from './section.ts'

const run = (n: number, children = 0): TableRun => ({
  id: String(n),
  name: `run-${n}`,
  experiment_id: '1',
  status: 'finished',
  user: 'ada',
  source: null,
  start: n,
  end: null,
  children,
  values: [],
})

/** Pages over numbers, as the server cuts them; counts how often it was asked. */
function source(runs: readonly TableRun[]) {
  const asked: number[] = []
  const fetch: FetchRuns = async ({ limit, cursor, ids }) => {
    if (ids) return { runs: runs.filter((each) => ids.includes(each.id)) }
    asked.push(limit)
    const from = Number(cursor ?? 0)
    const next = from + limit < runs.length ? { next: String(from + limit) } : {}
    return { runs: runs.slice(from, from + limit), ...next }
  }
  return { fetch, asked }
}

async function settled(section: RunSection, rows: number): Promise<void> {
  for (let turn = 0; turn < 100 && section.rows.length < rows; turn += 1) await Promise.resolve()
}

test('a list is read no further than somebody looks, then in large pages', async () => {
  const { fetch, asked } = source(Array.from({ length: 9000 }, (_, n) => run(n)))
  const section = new RunSection(fetch, () => {})
  section.want(0, 10)
  await settled(section, 200)
  assert.deepEqual([asked, section.rows.length, section.done], [[200], 200, false])
  section.want(8980, 8999)
  await settled(section, 9000)
  assert.deepEqual([asked, section.rows.length, section.done], [[200, 1000, 5000, 5000], 9000, true])
  assert.equal(section.size(77), 9000, 'what is read counts more than what was counted')
})

test('new runs in front move the rest down; where nothing fits together it begins anew', () => {
  const old = [run(5), run(4), run(3), run(2)]
  const joined = join([run(7), run(6), run(5), run(4)], old)
  assert.deepEqual(
    joined?.rows.map((each) => each.id),
    ['7', '6', '5', '4', '3', '2'],
  )
  assert.equal(joined?.moved, 2)
  assert.equal(join([run(9), run(8)], old), undefined)
})

test('lines of opened runs and groups lie where they are seen', async () => {
  const top = new RunSection(source([run(1), run(2, 2), run(3)]).fetch, () => {})
  const inner = new RunSection(source([run(21), run(22)]).fetch, () => {})
  top.want(0, 0)
  inner.want(0, 0)
  await settled(top, 3)
  await settled(inner, 2)
  const layout = new Layout({
    top: { section: top, counted: 3 },
    groups: [],
    children: new Map([['2', inner]]),
  })
  const seen = Array.from({ length: layout.count }, (_, at) => {
    const line = layout.line(at)
    return line?.kind === 'run' ? `${'-'.repeat(line.depth)}${line.run?.id}${line.open ? '+' : ''}` : ''
  })
  assert.deepEqual(seen, ['1', '2+', '-21', '-22', '3'])
  assert.deepEqual(layout.ids(3, 1), ['2', '21', '22'])
  assert.equal(layout.line(5), undefined)
  const group = { value: 'adam', runs: 3, running: 0, failed: 0, last_start: 0, aggregates: [] }
  const grouped = new Layout({
    top: undefined,
    groups: [
      { group, id: 'adam', section: undefined },
      { group, id: 'sgd', section: top },
    ],
    children: new Map(),
  })
  assert.equal(grouped.count, 5)
  assert.deepEqual([grouped.line(1)?.kind, grouped.line(2)?.kind], ['group', 'run'])
})

test('rows that are not read yet have a place already', () => {
  const top = new RunSection(source([]).fetch, () => {})
  const layout = new Layout({ top: { section: top, counted: 100_000 }, groups: [], children: new Map() })
  assert.equal(layout.count, 100_000)
  const line = layout.line(99_999)
  assert.deepEqual(line?.kind === 'run' && [line.run, line.index], [undefined, 99_999])
})

test('rows that are only passed by come without their values, and get them when they are seen', async () => {
  const all = Array.from({ length: 9000 }, (_, n) => ({ ...run(n), values: [n] }))
  const bareOf: boolean[] = []
  const { fetch } = source(all)
  const section = new RunSection(
    async (page) => {
      if (page.ids === undefined) bareOf.push(page.bare === true)
      const found = await fetch(page)
      return page.bare ? { ...found, runs: found.runs.map((each) => ({ ...each, values: [] })) } : found
    },
    () => {},
    1,
  )
  section.want(8900, 8930)
  await settled(section, 9000)
  assert.deepEqual(bareOf, [true, true, true, false])
  assert.deepEqual([section.rows[3000]?.values, section.rows[8910]?.values], [[], [8910]])
  section.want(3000, 3030)
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  assert.deepEqual([section.rows[3000]?.values, section.rows[3030]?.values], [[3000], [3030]])
  assert.deepEqual(section.rows[4000]?.values, [])
})
