import { setTimeout as wait } from 'node:timers/promises'
import type { Static } from 'typebox'
import type { Client } from '../../client/client.ts'
import type { RunDetail } from '../../contract/runs.ts'
import { command } from '../command.ts'
import { metrics, number, took } from '../format.ts'
import { table } from '../table.ts'
import { state, type Terminal } from '../terminal.ts'

type Detail = Static<typeof RunDetail>

/** How long is waited for a hint before the run is looked at anyway: not everything that is logged is told. */
const longestMs = 2000

export const runWatchCommands = [
  command({
    name: 'runs compare',
    summary: 'Shows runs side by side: what differs, and the metrics',
    arguments: [
      { name: 'a', summary: 'id of a run' },
      { name: 'b', summary: 'id of another run' },
    ],
    options: {
      with: { summary: 'A further run', value: 'ID', many: true },
      all: { summary: 'Parameters and tags that are the same, too' },
    },
    examples: ['slipway runs compare 3f… 9a… --with 77…'],
    async run({ place: { client, project }, arguments: { a, b }, options }) {
      const ids = [a, b, ...(options.with ?? [])]
      const runs = await Promise.all(ids.map((run) => client.runs.get({ params: { project, run } })))
      const rows = compared(runs).filter((row) => options.all || row.what === 'metric' || row.differs)
      return {
        data: { runs, differences: rows },
        show: (terminal) =>
          table(
            terminal,
            rows,
            [
              { title: '', value: ({ what }) => what },
              { title: 'KEY', value: ({ key }) => key, flexible: true },
              ...runs.map(({ name }, at) => ({
                title: name,
                value: ({ values }: Row) => values[at],
                flexible: true,
              })),
            ],
            'They logged nothing that could be compared.',
          ),
      }
    },
  }),
  command({
    name: 'runs watch',
    summary: 'Follows the metrics of a run until it ends',
    arguments: [{ name: 'run', summary: 'id of the run' }],
    examples: ['slipway runs watch 3f…'],
    async run({ place: { client, project }, arguments: { run }, terminal, json, signal }) {
      using hints = listen(client, project, `runs:${run}`, signal)
      let seen: Detail | undefined
      for (;;) {
        const detail = await client.runs.get({ params: { project, run } })
        if (!json) tell(terminal, seen, detail)
        seen = detail
        const over = detail.status !== 'running' && detail.status !== 'scheduled'
        if (over || signal.aborted) return { data: detail, show: (shown) => ending(shown, detail) }
        await hints.next()
      }
    },
  }),
]

interface Row {
  readonly what: 'metric' | 'param' | 'tag'
  readonly key: string
  readonly values: readonly (string | undefined)[]
  readonly differs: boolean
}

function compared(runs: readonly Detail[]): Row[] {
  const rows = (what: Row['what'], of: (run: Detail) => Readonly<Record<string, string | undefined>>) => {
    const each = runs.map(of)
    const keys = [...new Set(each.flatMap((values) => Object.keys(values)))].sort()
    return keys.map((key): Row => {
      const values = each.map((one) => one[key])
      return { what, key, values, differs: new Set(values).size > 1 }
    })
  }
  const latest = (run: Detail) =>
    Object.fromEntries(Object.entries(run.metrics).map(([key, { value }]) => [key, number(value)]))
  return [...rows('param', (run) => run.params), ...rows('metric', latest), ...rows('tag', (run) => run.tags)]
}

/** A line for what is new since the run was seen last. */
function tell(terminal: Terminal, seen: Detail | undefined, detail: Detail): void {
  const fresh = Object.entries(detail.metrics).filter(([key, { step, time, count }]) => {
    const before = seen?.metrics[key]
    return before?.step !== step || before.time !== time || before.count !== count
  })
  if (seen === undefined) terminal.write(`${detail.name}  ${state(terminal, detail.status)}\n`)
  if (fresh.length === 0) return
  const step = Math.max(...fresh.map(([, metric]) => metric.step))
  terminal.write(
    `${took(detail.started_at, detail.ended_at)}  step ${step}  ${metrics(Object.fromEntries(fresh))}\n`,
  )
}

function ending(terminal: Terminal, detail: Detail): string {
  return `${detail.name} ${state(terminal, detail.status)} after ${took(detail.started_at, detail.ended_at)}.\n`
}

/** Waits for the next hint of a topic, or for a moment. */
function listen(client: Client, project: string, topic: string, signal: AbortSignal) {
  const stop = new AbortController()
  let hear = Promise.withResolvers<void>()
  const follow = async () => {
    const options = { signal: AbortSignal.any([signal, stop.signal]) }
    const response = await client.hints.stream({ query: { project } }, options)
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      const text = decoder.decode(chunk as Uint8Array, { stream: true })
      if (!text.includes(`data: ${topic}`) && !text.includes('data: *')) continue
      hear.resolve()
      hear = Promise.withResolvers()
    }
  }
  // Without hints the run is looked at from time to time all the same.
  follow().catch(() => {})
  return {
    async next(): Promise<void> {
      const late = wait(longestMs, undefined, { signal, ref: true }).catch(() => {})
      await Promise.race([hear.promise, late])
    },
    [Symbol.dispose]: () => stop.abort(),
  }
}
