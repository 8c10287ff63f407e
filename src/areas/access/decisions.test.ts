import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Action, actions } from '../../base/permission.ts'
import { roles } from '../../base/principal.ts'
import { createDecisions } from './decisions.ts'
import { isAtLeast } from './role.ts'

const decisions = createDecisions()

test('each role may do exactly what it or a lesser role is the least for', async () => {
  for (const role of roles) {
    for (const [action, least] of Object.entries(actions)) {
      const allowed = await decisions.allows({ role, runScoped: false, action: action as Action })
      assert.equal(allowed, isAtLeast(role, least), `${role} ${action}`)
    }
  }
})

test('the token of a run reads as a viewer and writes runs and models, whatever its role', async () => {
  const granted = (role: (typeof roles)[number]) =>
    Promise.all(
      Object.keys(actions).map(async (action) =>
        (await decisions.allows({ role, runScoped: true, action: action as Action })) ? [action] : [],
      ),
    ).then((lists) => lists.flat())
  const reads = Object.keys(actions).filter((action) => actions[action as Action] === 'viewer')
  assert.deepEqual(new Set(await granted('admin')), new Set([...reads, 'runs:write', 'models:write']))
  assert.deepEqual(new Set(await granted('viewer')), new Set(reads))
})

test('what the table does not know is denied', async () => {
  const unknown = { role: 'admin', runScoped: false, action: 'everything:do' as Action } as const
  assert.equal(await decisions.allows(unknown), false)
})
