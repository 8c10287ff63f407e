import { call, type Load, newRun, type Target } from './target.ts'

/** What was measured, by its name: a second where nothing else is said. */
export type Rates = Map<string, number>

export interface Size {
  /** What searches go over. */
  readonly runs: number
  /** For each measurement. */
  readonly seconds: number
}

export const filter = "metrics.accuracy > 0.5 and params.lr = '0.1' and tags.team = 'red'"

/** All that is asked of both servers. */
export async function measureServer(load: Load, target: Target, { runs, seconds }: Size): Promise<Rates> {
  const made = await call(target, 'experiments/create', { name: 'bench' })
  const experiment = String(made.experiment_id)
  const [one, many] = [await newRun(target, experiment), await newRun(target, experiment)]
  const rates: Rates = new Map()
  const measure = async (
    name: string,
    what: Parameters<Load['measure']>[1],
    callers: number,
    each = 1,
    most?: number,
  ) => {
    const options = { callers, seconds, ...(most === undefined ? {} : { most }) }
    const answer = await load.measure(target, what, options)
    rates.set(name, answer.rate * each)
    return answer
  }
  await measure('log-metric, 16 at once', { kind: 'log-metric', run: one }, 16)
  await measure('metrics by log-batch of 1,000, 4 at once', { kind: 'log-batch', run: many }, 4, 1000)
  await measure('log-parameter, 16 at once', { kind: 'log-parameter', run: one }, 16)
  await measure('create-run, 8 at once', { kind: 'create-run', experiment }, 8)
  await measure('get-run, 16 at once', { kind: 'get-run', run: many }, 16)
  const filled = await target.fill(runs)
  const search = (extra: object) => ({
    kind: 'search' as const,
    body: { experiment_ids: [filled], ...extra },
  })
  const selective = search({ filter, order_by: ['metrics.accuracy DESC'], max_results: 50 })
  const found = await measure('searches by metric, param and tag in order of a metric', selective, 1, 1, 40)
  rates.set('search, p50 in ms', found.p50)
  await measure('searches, 4 at once', selective, 4, 1, 40)
  await measure('pages of 1,000 full runs', search({ max_results: 1000 }), 1, 1, 40)
  await measure('pages of 1,000 full runs, 2 at once', search({ max_results: 1000 }), 2, 1, 40)
  return rates
}
