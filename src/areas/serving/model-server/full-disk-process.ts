import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { addModel } from '../../../../test/kit/onnx.ts'
import { systemCode } from '../../../base/durable.ts'
import { ask, deploymentOf, FakeControl, inferRows, isReady, startModelServer } from './fixture.ts'

/** For tests: a model server on a small disk (the second argument) that is full, and then no longer. */
const disk = process.argv[3] ?? ''
const ballast = join(disk, 'ballast')

async function fillDisk(): Promise<void> {
  for (const size of [2 ** 20, 2 ** 12]) {
    try {
      for (;;) await writeFile(ballast, Buffer.alloc(size), { flag: 'a' })
    } catch (error) {
      if (systemCode(error) !== 'ENOSPC') throw error
    }
  }
}

await using control = await new FakeControl().start()
const digest = control.put(addModel(1))
const relaxed = deploymentOf('relaxed', [{ digest, weight: 100 }], { risk: 'limited' })
const strict = deploymentOf('strict', [{ digest, weight: 100 }], { risk: 'high' })
control.publish({ deployments: [relaxed, strict] })
await using server = await startModelServer(control.url, { home: disk })
await control.until((report) => isReady(relaxed.id, 1)(report) && isReady(strict.id, 1)(report))

const statuses = async () => [
  (await inferRows(server.url, 'relaxed', [[1, 2]])).status,
  (await inferRows(server.url, 'strict', [[1, 2]])).status,
]
const dropped = async () => {
  const metrics = (await ask(server.url, '/metrics')).body.toString()
  return Number(/slipway_prediction_log_dropped_total (\d+)/.exec(metrics)?.[1])
}
const logged = async (count: number) => {
  while ((await control.records()).length < count) await control.happened()
  return (await control.records()).length
}
const before = await statuses()
await logged(2)
// Once what was shipped is deleted, no segment has room left in its last page.
while ((await readdir(join(disk, 'model-server', 'log'))).length > 0) await setImmediate()
await fillDisk()
const full = await statuses()
const droppedWhenFull = await dropped()
await rm(ballast)
const after = await statuses()
process.stdout.write(JSON.stringify({ before, full, droppedWhenFull, after, logged: await logged(4) }))
