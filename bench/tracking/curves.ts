import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { seedCurves } from '../../tools/seed/curves.ts'
import { openHome } from '../../tools/seed/home.ts'
import type { Rates } from './server.ts'
import type { startSlipway } from './slipway.ts'
import type { Load } from './target.ts'

type Slipway = Awaited<ReturnType<typeof startSlipway>>

/** A history of a million points and a chart of ten million, both after they were compacted. */
export async function measureCurves(load: Load, slipway: Slipway, quick: boolean): Promise<Rates> {
  const rates: Rates = new Map()
  const [long, longest] = quick ? [100_000, 1_000_000] : [1_000_000, 10_000_000]
  await using home = await openHome({ home: slipway.home })
  const to = await home.experiment('default', 'curves')
  const keys = ['loss']
  const [history] = await seedCurves(home.client, to, { runs: 1, length: long, keys }, () => {})
  const [chart] = await seedCurves(home.client, to, { runs: 1, length: longest, keys }, () => {})
  const waiting = async () => {
    const { rows } = await home.client.query<{ n: number }>(
      `select count(*) as n from work where kind = 'tracking.compact'`,
    )
    return (rows[0]?.n ?? 0) > 0
  }
  const begun = performance.now()
  while (await waiting()) await delay(200)
  rates.set('seconds to compact both', (performance.now() - begun) / 1000)
  const serve = slipway.parts().get('serve') ?? 0
  const path = `/api/2.0/mlflow/metrics/get-history?run_id=${history}&metric_key=loss`
  // The first pass compiles the code and lets the heap reach its size; passes after it must not need more.
  await load.measure(slipway, { kind: 'get', path }, { callers: 1, seconds: 1, most: 1 })
  const before = await resident(serve)
  let most = before
  const watch = setInterval(async () => {
    most = Math.max(most, await resident(serve))
  }, 20)
  const answer = await load.measure(slipway, { kind: 'get', path }, { callers: 1, seconds: 6, most: 3 })
  clearInterval(watch)
  rates.set(`history of ${long} points, ms to the first byte`, answer.firstByte)
  rates.set(`history of ${long} points, ms to the last byte`, answer.p50)
  rates.set('history, growth of the server in MB', most - before)
  rates.set('history, MB', answer.bytes / 2 ** 20)
  rates.set(`chart of ${longest} points, p50 in ms`, await chartTime(slipway, chart ?? '', {}))
  const zoom = { from: longest * 0.4, to: longest * 0.41 }
  rates.set('chart, a hundredth of it, p50 in ms', await chartTime(slipway, chart ?? '', zoom))
  return rates
}

async function chartTime({ port, token }: Slipway, run: string, range: object): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < 11; n += 1) {
    const start = performance.now()
    const answer = await fetch(`http://127.0.0.1:${port}/api/slipway/v1/projects/default/series`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ runs: [run], keys: ['loss'], points: 2000, ...range }),
    })
    if (!answer.ok) throw new Error(await answer.text())
    await answer.arrayBuffer()
    times.push(performance.now() - start)
  }
  return times.sort((a, b) => a - b)[5] ?? 0
}

/** Resident memory in MB. Linux only. */
async function resident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}
