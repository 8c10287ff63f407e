import type { PredictionRecord } from './record.ts'

export function decode(_path: string): AsyncIterable<PredictionRecord> {
  throw new Error('segments can not be read yet')
}
