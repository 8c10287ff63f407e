/** What a load process is to send. */
export interface Job {
  readonly port: number
  readonly token: string | undefined
  readonly callers: number
  readonly seconds: number
  /** The most requests of a stretch. */
  readonly most?: number
  /** The first request's number: no two are the same. */
  readonly first: number
  readonly what: What
}

export type What =
  | { readonly kind: 'log-metric' | 'log-batch' | 'log-parameter' | 'get-run'; readonly run: string }
  | { readonly kind: 'create-run'; readonly experiment: string }
  | { readonly kind: 'search'; readonly body: unknown }
  | { readonly kind: 'get'; readonly path: string }

/** The text of request number n. */
export function requestOf(job: Job, n: number): string {
  const { what } = job
  switch (what.kind) {
    case 'log-metric':
      return post(
        job,
        'log-metric',
        `{"run_id":"${what.run}","key":"m","value":${n % 1000},"timestamp":${1.7e12 + n},"step":${n}}`,
      )
    case 'log-parameter':
      return post(job, 'log-parameter', `{"run_id":"${what.run}","key":"p${n}","value":"x"}`)
    case 'create-run':
      return post(
        job,
        'create',
        `{"experiment_id":"${what.experiment}","run_name":"r${n}","start_time":1700000000000}`,
      )
    case 'log-batch':
      return post(job, 'log-batch', batchOf(what.run, n))
    case 'search':
      return post(job, 'search', JSON.stringify(what.body))
    case 'get-run':
      return get(job, `/api/2.0/mlflow/runs/get?run_id=${what.run}`)
    case 'get':
      return get(job, what.path)
  }
}

/** A thousand points of ten metrics. */
function batchOf(run: string, n: number): string {
  const metrics = Array.from({ length: 1000 }, (_, i) => {
    const step = n * 100 + Math.floor(i / 10)
    return `{"key":"m${i % 10}","value":${(i * 7919) % 1000}.25,"timestamp":${1.7e12 + step * 1000},"step":${step}}`
  })
  return `{"run_id":"${run}","metrics":[${metrics.join(',')}]}`
}

function post(job: Job, name: string, body: string): string {
  return `POST /api/2.0/mlflow/runs/${name} HTTP/1.1\r\n${headers(job)}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

function get(job: Job, path: string): string {
  return `GET ${path} HTTP/1.1\r\n${headers(job)}\r\n`
}

function headers({ port, token }: Job): string {
  const authorization = token === undefined ? '' : `authorization: Bearer ${token}\r\n`
  return `host: 127.0.0.1:${port}\r\n${authorization}`
}
