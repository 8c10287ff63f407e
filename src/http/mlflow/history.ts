import { Readable } from 'node:stream'
import type { Tracking } from '../../areas/tracking/index.ts'
import { FileAnswer } from './rpc.ts'
import { doubleView } from './show.ts'

type Batches = ReturnType<Tracking['metrics']['stream']>

/** A whole history as JSON that is written while it is read: memory does not grow with its length. */
export function streamedHistory(key: string, batches: Batches): FileAnswer {
  const stream = Readable.from(historyText(key, batches), { objectMode: false })
  return new FileAnswer(stream, 200, { 'content-type': 'application/json; charset=utf-8' })
}

/** Pieces are small enough for the first to leave before the rest is made. */
const pointsAtOnce = 2048

async function* historyText(key: string, batches: Batches): AsyncGenerator<string> {
  const name = JSON.stringify(key)
  let before = '{"metrics":['
  for await (const { steps, times, values } of batches) {
    for (let from = 0; from < values.length; from += pointsAtOnce) {
      let text = before
      const to = Math.min(values.length, from + pointsAtOnce)
      for (let at = from; at < to; at += 1) {
        if (at > from) text += ','
        const value = JSON.stringify(doubleView(values[at] ?? 0))
        text += `{"key":${name},"value":${value},"timestamp":${times[at]},"step":${steps[at]}}`
      }
      yield text
      before = ','
    }
  }
  yield before === ',' ? ']}' : '{}'
}
