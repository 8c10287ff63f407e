import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identify } from '../../src/base/process.ts'
import { eventually, type Program, startProgram } from '../kit/program.ts'

test('a part that is killed is started again, and the others go on', async () => {
  await using program = await startProgram()
  for (const part of ['serve', 'worker', 'model-server']) {
    const before = program.parts()
    process.kill(before.get(part) as number, 'SIGKILL')
    await eventually(`a new ${part}`, async () => {
      const now = program.parts().get(part)
      return now !== undefined && now !== before.get(part)
    })
    await eventually('all parts at work', () => isWhole(program))
    for (const [other, pid] of before) if (other !== part) assert.equal(program.parts().get(other), pid)
  }
})

test('killing only the supervisor leaves nothing that keeps the next from starting at once', async () => {
  await using program = await startProgram()
  for (let time = 0; time < 2; time += 1) {
    const before = [...program.parts().values()]
    assert.equal(before.length, 3)
    process.kill(program.pid, 'SIGKILL')
    await program.ended()
    await program.start()
    assert.equal(await isWhole(program), true)
    assert.deepEqual(
      before.flatMap((pid) => identify(pid) ?? []),
      [],
    )
  }
})

/** All three parts are there, and those with a port answer. */
async function isWhole(program: Program): Promise<boolean> {
  try {
    await program.client.projects.list({ query: {} })
    const live = await fetch(`${program.inference}/v2/health/live`)
    return live.ok && program.parts().size === 3
  } catch {
    return false
  }
}
