import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Counts, DriverOptions } from '../../../examples/digits/driver.ts'

/** The traffic driver, in a process and process group of its own. */
export interface Traffic extends AsyncDisposable {
  readonly counts: Counts
  fault(on: boolean): void
  /** Lets what is in flight end, delivers the last labels, and answers the final counts. */
  stop(): Promise<Counts>
}

const none: Counts = {
  sent: 0,
  answered: 0,
  refused: {},
  broken: {},
  labelled: 0,
  fault: false,
  accuracy: null,
  p50: 0,
  p99: 0,
  maxInFlight: 0,
}

export function startTraffic(program: string, options: DriverOptions): Traffic {
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  let counts = none
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  createInterface({ input: child.stdout }).on('line', (line) => {
    counts = JSON.parse(line) as Counts
  })
  return {
    get counts() {
      return counts
    },
    fault: (on) => command(child, `fault ${on ? 'on' : 'off'}`),
    async stop() {
      command(child, 'stop')
      await ended
      if (counts.final !== true) throw new Error('The traffic driver died before it had counted everything.')
      return counts
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function command(child: ChildProcess, text: string): void {
  child.stdin?.write(`${text}\n`)
}

/** Requests that were not answered with 200, from the caller's side; labels are another matter. */
export function failedRequests(counts: Counts): number {
  return Object.entries({ ...counts.refused, ...counts.broken })
    .filter(([key]) => !key.startsWith('labels'))
    .reduce((sum, [, count]) => sum + count, 0)
}
