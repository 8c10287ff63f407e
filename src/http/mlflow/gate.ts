import type { FastifyRequest } from 'fastify'
import type { Access, Reach } from '../../areas/access/index.ts'
import type { ProjectRef } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Action } from '../../base/permission.ts'
import type { Principal } from '../../base/principal.ts'
import { Denied } from './failure.ts'

export interface Passed {
  readonly principal: Principal
  readonly project: ProjectRef
  /** Set when it depends on the thing whether the call may be made. */
  readonly reach: Reach | undefined
}

/** A decision stands for this long: clients that log make thousands of calls with the same token. */
const trustMs = 1000
const mostKept = 1000

type Gate = Pick<Access, 'authenticate' | 'admit' | 'projectName' | 'version'>

/**
 * Lets a call pass by its token (or name and password) and its workspace, which is a project. Without a workspace it is
 * the only project of the token, else `default`.
 */
export function createGate(access: Gate) {
  const kept = new Map<string, { passed: Passed; until: number; version: number }>()

  async function pass(request: FastifyRequest, action: Action | 'anyone'): Promise<Passed> {
    const { authorization } = request.headers
    const workspace = textOf(request.headers['x-mlflow-workspace'])
    const key = authorization === undefined ? undefined : `${action}\n${workspace ?? ''}\n${authorization}`
    const known = key === undefined ? undefined : kept.get(key)
    const version = access.version()
    if (known !== undefined && known.until > Date.now() && known.version === version) return known.passed
    const passed = await decide(request, action, workspace)
    // What a limited caller may do changes with each thing that it makes.
    if (key !== undefined && passed.reach === undefined) {
      if (kept.size >= mostKept) kept.clear()
      kept.set(key, { passed, until: Date.now() + trustMs, version })
    }
    return passed
  }

  async function decide(
    request: FastifyRequest,
    action: Action | 'anyone',
    workspace: string | undefined,
  ): Promise<Passed> {
    const principal = await access.authenticate(request)
    if (principal === undefined) throw new SlipwayError('unauthenticated', 'You are not authenticated.')
    const name = workspace ?? (await onlyProject(principal)) ?? 'default'
    if (action === 'anyone') return { principal, project: { id: '', name }, reach: undefined }
    try {
      return { principal, ...(await access.admit(principal, action, name)) }
    } catch (error) {
      if (error instanceof SlipwayError && error.code === 'forbidden') throw new Denied()
      throw error
    }
  }

  async function onlyProject(principal: Principal): Promise<string | undefined> {
    const id = principal.kind === 'system' ? undefined : principal.scope?.projectId
    return id === undefined ? undefined : await access.projectName(id)
  }

  return { pass }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined
}
