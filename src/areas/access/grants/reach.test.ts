import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allows } from './permission.ts'
import { isUnlimited, isVisible, levelOn, mayOn, type Reach, visible } from './reach.ts'

const nobody: Reach = { role: undefined, grants: [], standard: 'READ' }
const guest: Reach = { ...nobody, grants: [{ type: 'workspace', resource: '*', permission: 'USE' }] }
const experiment = (id: string) => ({ type: 'experiment', id }) as const
const grant = (resource: string, permission: 'READ' | 'EDIT' | 'MANAGE' | 'DENY' | 'NO_PERMISSIONS') => ({
  type: 'experiment',
  resource,
  permission,
})

test('who belongs to a project without a role has the standard permission, others nothing', () => {
  assert.equal(levelOn(nobody, experiment('1')), 0)
  assert.equal(levelOn(guest, experiment('1')), 1)
  assert.equal(levelOn({ ...guest, standard: 'NO_PERMISSIONS' }, experiment('1')), 0)
})

test('a grant takes the place of the standard permission, up or down', () => {
  const reach = { ...guest, grants: [...guest.grants, grant('1', 'EDIT'), grant('2', 'NO_PERMISSIONS')] }
  assert.ok(allows(levelOn(reach, experiment('1')), 'update'))
  assert.ok(!allows(levelOn(reach, experiment('1')), 'delete'))
  assert.equal(levelOn(reach, experiment('2')), 0)
  assert.equal(levelOn(reach, experiment('3')), 1)
})

test('a grant adds to a role and takes nothing from it, unless it denies', () => {
  const viewer: Reach = {
    role: 'viewer',
    grants: [grant('1', 'MANAGE'), grant('2', 'DENY')],
    standard: 'READ',
  }
  assert.equal(levelOn(viewer, experiment('1')), 5)
  assert.equal(levelOn(viewer, experiment('2')), 0)
  assert.equal(levelOn(viewer, experiment('3')), 1)
  const contributor: Reach = { ...viewer, role: 'contributor', grants: [grant('1', 'READ')] }
  assert.ok(allows(levelOn(contributor, experiment('1')), 'delete'))
  assert.ok(!allows(levelOn(contributor, experiment('1')), 'manage'))
})

test('what is denied stays denied, whatever else allows it; administrators alone are beyond it', () => {
  const grants = [grant('*', 'DENY'), grant('1', 'MANAGE')]
  assert.equal(levelOn({ role: 'operator', grants, standard: 'MANAGE' }, experiment('1')), 0)
  assert.equal(levelOn({ role: 'admin', grants, standard: 'READ' }, experiment('1')), 5)
  assert.ok(!isUnlimited({ role: 'operator', grants, standard: 'READ' }))
  assert.ok(isUnlimited({ role: 'viewer', grants: [grant('1', 'READ')], standard: 'READ' }))
  assert.ok(!isUnlimited(guest))
})

test('a run is within its experiment', () => {
  const run = [{ type: 'run', id: '*' } as const, experiment('1')]
  const writer = {
    ...guest,
    grants: [...guest.grants, { type: 'run', resource: '*', permission: 'EDIT' as const }],
  }
  assert.ok(mayOn(writer, 'update', run))
  assert.ok(!mayOn(guest, 'update', run))
  assert.ok(mayOn(guest, 'read', run))
  const blind = {
    ...guest,
    grants: [...guest.grants, { type: 'run', resource: '*', permission: 'DENY' as const }],
  }
  assert.ok(!mayOn(blind, 'read', run))
  assert.ok(mayOn(blind, 'read', [experiment('1')]))
  const without = { ...guest, grants: [...guest.grants, grant('1', 'NO_PERMISSIONS')] }
  assert.ok(!mayOn(without, 'read', run))
})

test('what is visible is told as a rule with exceptions', () => {
  const reach = { ...guest, grants: [...guest.grants, grant('2', 'NO_PERMISSIONS'), grant('3', 'READ')] }
  const most = visible(reach, 'experiment')
  assert.deepEqual(most, { all: true, except: ['2'] })
  assert.deepEqual([isVisible(most, '1'), isVisible(most, '2'), isVisible(most, '3')], [true, false, true])
  const few = visible({ ...nobody, grants: [grant('7', 'READ')] }, 'experiment')
  assert.deepEqual(few, { all: false, except: ['7'] })
  assert.deepEqual([isVisible(few, '7'), isVisible(few, '8')], [true, false])
})
