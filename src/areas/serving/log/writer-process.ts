import { silent } from '../../../base/log.ts'
import { makeRecord } from './fixture.ts'
import { loggedTensor } from './summary.ts'
import { PredictionLog } from './writer.ts'

/** For tests: appends records as fast as it can and says on standard output which were acknowledged, until it is killed. */
const [directory = '', serverId = ''] = process.argv.slice(2)
const predictions = new PredictionLog({ directory, serverId, log: silent, rotateMs: 20 })
let number = 0
function turn(): void {
  for (let i = 0; i < 10; i++) {
    const mine = number++
    const record = makeRecord(mine)
    predictions.append(
      { ...record, inputs: record.inputs.map((t) => (t.data ? loggedTensor({ ...t, data: t.data }) : t)) },
      (error) => {
        if (error === undefined) process.stdout.write(`${mine}\n`)
      },
    )
  }
  setImmediate(turn)
}
turn()
