import { uuidv7 } from '../../../base/id.ts'
import type { PredictionRecord } from './record.ts'

/** For tests: a record that can be told from others by `number`. */
export function makeRecord(number: number, more: Partial<PredictionRecord> = {}): PredictionRecord {
  return {
    id: uuidv7(),
    requestId: `request-${number}`,
    time: 1_790_000_000_000 + number,
    deploymentId: '0199a000-0000-7000-8000-000000000001',
    revision: 1,
    modelVersionId: '0199a000-0000-7000-8000-000000000002',
    latencyUs: number,
    status: 200,
    inputs: [{ name: 'input', datatype: 'FP32', shape: [1, 2], data: new Float32Array([number, 0.5]) }],
    outputs: [{ name: 'label', datatype: 'INT64', shape: [1], data: new BigInt64Array([BigInt(number)]) }],
    ...more,
  }
}
