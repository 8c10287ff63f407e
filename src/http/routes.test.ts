import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { route } from '../base/area.ts'
import { endpoint, type Method } from '../base/endpoint.ts'
import type { Permission } from '../base/permission.ts'
import { checkRoutes } from './routes.ts'

const at = (id: string, path: string, permission: unknown, method: Method = 'GET') =>
  route(
    endpoint({ id, method, path, summary: '', reply: Type.Object({}) }),
    permission as Permission,
    async () => ({}),
  )
const onProject = { action: 'runs:read', on: 'project' }

test('a start fails when a route declares no permission', () => {
  assert.throws(() => checkRoutes([at('a.get', '/a', undefined)]), /a\.get declares no permission/)
})

test('a start fails when a permission and a path do not agree on the project', () => {
  assert.throws(
    () => checkRoutes([at('a.get', '/a', onProject)]),
    /acts in a project that its path does not name/,
  )
  assert.throws(
    () => checkRoutes([at('a.get', '/projects/:project/a', 'authenticated')]),
    /permission is not on/,
  )
  assert.throws(() => checkRoutes([at('a.get', '/projects/:project/a', 'public')]), /permission is not on/)
})

test('a start fails on routes that are the same', () => {
  assert.throws(
    () => checkRoutes([at('a.get', '/a/:x', 'public'), at('a.show', '/a/:y', 'public')]),
    /same route/,
  )
  assert.throws(
    () => checkRoutes([at('a.get', '/a', 'public'), at('a.get', '/b', 'public')]),
    /same route or id/,
  )
  checkRoutes([
    at('a.get', '/a', 'public'),
    at('a.put', '/a', 'public', 'PUT'),
    at('b.get', '/projects/:project/b', onProject),
  ])
})
