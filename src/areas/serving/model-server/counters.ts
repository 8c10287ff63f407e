import { latencyEdgesMs, type ServerReport } from '../../../contract/modelserver.ts'

type TrafficReport = ServerReport['traffic'][number]

interface Count {
  requests: number
  errors: number
  rows: number
  readonly latency: number[]
}

interface MinuteCount extends Count {
  readonly minute: number
  /** What was acknowledged of it. */
  reported: number
}

/** All that one revision answered. */
export interface RevisionCount {
  readonly deploymentId: string
  readonly deployment: string
  readonly number: number
  readonly total: Count
  latencySeconds: number
  readonly minutes: Map<number, MinuteCount>
}

const minuteMs = 60_000
/** Minutes that are over and acknowledged are forgotten after so long. */
const keptMinutes = 3
/** While the control plane is away, so many are kept. */
const mostMinutes = 24 * 60

/** Counts what was answered, since this process began. */
export class Counters {
  readonly revisions = new Map<string, RevisionCount>()
  /** Answers by status. */
  readonly statuses = new Map<number, number>()
  logDropped = 0

  status(status: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
  }

  /** One request that a revision was given. */
  answered(
    of: { readonly deploymentId: string; readonly deployment: string; readonly number: number },
    answer: { readonly status: number; readonly rows: number; readonly latencyMs: number },
    now: number = Date.now(),
  ): void {
    const count = this.#count(of)
    const bucket = bucketOf(answer.latencyMs)
    count.latencySeconds += answer.latencyMs / 1000
    for (const sums of [count.total, minuteCount(count, Math.floor(now / minuteMs))]) {
      sums.requests++
      if (answer.status >= 500) sums.errors++
      else sums.rows += answer.rows
      while (sums.latency.length <= bucket) sums.latency.push(0)
      sums.latency[bucket] = (sums.latency[bucket] ?? 0) + 1
    }
  }

  /** What was not acknowledged yet, and the function that notes its acknowledgement. */
  report(now: number = Date.now()): { readonly traffic: TrafficReport[]; readonly acknowledged: () => void } {
    const sent: { minute: MinuteCount; requests: number }[] = []
    const traffic: TrafficReport[] = []
    for (const { deploymentId, number, minutes } of this.revisions.values()) {
      for (const minute of minutes.values()) {
        if (minute.requests === minute.reported) continue
        sent.push({ minute, requests: minute.requests })
        traffic.push({
          deployment_id: deploymentId,
          number,
          minute: new Date(minute.minute * minuteMs).toISOString(),
          requests: minute.requests,
          errors: minute.errors,
          rows: minute.rows,
          latency: [...minute.latency],
        })
      }
    }
    return {
      traffic,
      acknowledged: () => {
        for (const { minute, requests } of sent) minute.reported = requests
        this.#forget(Math.floor(now / minuteMs))
      },
    }
  }

  #forget(minute: number): void {
    for (const { minutes } of this.revisions.values()) {
      for (const [key, count] of minutes) {
        const isDone = count.requests === count.reported && key < minute - keptMinutes
        if (isDone || key < minute - mostMinutes) minutes.delete(key)
      }
    }
  }

  #count(of: { readonly deploymentId: string; readonly deployment: string; readonly number: number }) {
    const key = `${of.deploymentId} ${of.number}`
    let count = this.revisions.get(key)
    if (!count) {
      count = { ...of, total: noCount(), latencySeconds: 0, minutes: new Map() }
      this.revisions.set(key, count)
    }
    return count
  }
}

function minuteCount(count: RevisionCount, minute: number): MinuteCount {
  let found = count.minutes.get(minute)
  if (!found) {
    found = { ...noCount(), minute, reported: 0 }
    count.minutes.set(minute, found)
  }
  return found
}

function noCount(): Count {
  return { requests: 0, errors: 0, rows: 0, latency: [] }
}

/** The first bucket whose upper edge is not below `ms`: edges are 0.05 · 2^(i/4). */
function bucketOf(ms: number): number {
  if (ms <= 0.05) return 0
  return Math.min(latencyEdgesMs.length, Math.ceil(4 * Math.log2(ms / 0.05)))
}
