import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Answer } from './load.ts'
import type { Job, What } from './request.ts'

/** A server under test. */
export interface Target extends AsyncDisposable {
  readonly name: string
  readonly port: number
  readonly token: string | undefined
  /** Puts so many runs into a new experiment without HTTP, as tools/seed.ts does; returns its id. */
  fill(runs: number): Promise<string>
}

/** Sends requests to one server after another. */
export interface Load extends AsyncDisposable {
  measure(
    target: Target,
    what: What,
    options: { callers: number; seconds: number; most?: number },
  ): Promise<Answer>
}

export function startLoad(): Load {
  const child: ChildProcess = fork(join(import.meta.dirname, 'load.ts'))
  let first = 1
  return {
    async measure({ port, token }, what, options) {
      const job: Job = { port, token, what, first, ...options }
      first += 1_000_000
      child.send(job)
      const [answer] = (await once(child, 'message')) as [Answer | { error: string }]
      if ('error' in answer) throw new Error(`${what.kind}: ${answer.error}`)
      return answer
    },
    async [Symbol.asyncDispose]() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

/** One request by itself, for what must be there before anything is measured. */
export async function call(
  { port, token }: Pick<Target, 'port' | 'token'>,
  path: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  const answer = await fetch(`http://127.0.0.1:${port}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Record<string, unknown>
}

export async function newRun(target: Target, experiment: string): Promise<string> {
  const made = await call(target, 'runs/create', { experiment_id: experiment, start_time: Date.now() })
  return (made.run as { info: { run_id: string } }).info.run_id
}
